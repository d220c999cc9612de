import { readdirSync } from 'node:fs'
import path from 'node:path'
import { ending } from './locate.ts'

/**
 * The files in a session's own folder beside its transcript: of subagents, results of tools that were too long for a line
 * (transcript-format notes, section 1; the client removes all of it together). Links are passed over, and what is behind them.
 */
export async function listCompanions(transcriptPath: string): Promise<string[]> {
  const files: string[] = []
  collect(transcriptPath.slice(0, -ending.length), files)
  return files
}

function collect(folder: string, into: string[]): void {
  for (const entry of entriesOf(folder)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) collect(file, into)
    else if (entry.isFile()) into.push(file)
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // Most sessions have none.
    return []
  }
}
