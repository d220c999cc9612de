import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { errorCode } from '../../base/errors.ts'

/**
 * Whether Claude Code is at work in a session on this machine. It keeps `sessions/<pid>.json` as long as it runs; a file that
 * a crash left behind counts only if there is such a process.
 */
export async function isRunning(roots: readonly string[], sessionId: string): Promise<boolean> {
  return roots.some(root => {
    const folder = path.join(root, 'sessions')
    return namesIn(folder).some(
      name => /^\d+\.json$/.test(name) && tellsOf(path.join(folder, name), sessionId),
    )
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Old clients keep none.
    return []
  }
}

function tellsOf(file: string, sessionId: string): boolean {
  try {
    const said: { sessionId?: unknown; pid?: unknown } | null = JSON.parse(readFileSync(file, 'utf8'))
    return said?.sessionId === sessionId && isAlive(said.pid)
  } catch {
    // Gone since it was listed, or half written.
    return false
  }
}

function isAlive(pid: unknown): boolean {
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
