import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { ActiveSession } from '../source.ts'
import { describeFile, isSessionId } from './locate.ts'

/** The session of a directory whose main transcript was written last. It need not be the one that runs now. */
export async function findActiveSession(
  roots: readonly string[],
  cwd: string,
): Promise<ActiveSession | undefined> {
  let newest: ActiveSession | undefined
  for (const root of roots) {
    const folder = path.join(root, 'projects', folderName(cwd))
    for (const name of namesIn(folder)) {
      const sessionId = path.basename(name, '.jsonl')
      if (!name.endsWith('.jsonl') || !isSessionId(sessionId)) continue
      const file = describeFile(path.join(folder, name))
      if (file && file.mtimeMs > (newest?.writtenMs ?? 0)) newest = { sessionId, writtenMs: file.mtimeMs }
    }
  }
  return newest
}

const longestName = 200

/** The name of the folder for a directory (transcript-format notes, section 1). Two directories can share one. */
function folderName(cwd: string): string {
  const name = cwd.replace(/[^A-Za-z0-9]/g, '-')
  if (name.length <= longestName) return name
  let hash = 0
  for (let at = 0; at < cwd.length; at++) hash = (Math.imul(31, hash) + cwd.charCodeAt(at)) | 0
  return `${name.slice(0, longestName)}-${Math.abs(hash).toString(36)}`
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No session was ever run here, or nobody may look: there is no guess then.
    return []
  }
}
