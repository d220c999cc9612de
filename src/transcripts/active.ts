import { sources } from './sources.ts'

/** The session that was last at work in a directory, of whatever tool: a guess at the one that runs there now. */
export async function guessSession(roots: readonly string[], cwd: string): Promise<string | undefined> {
  const found = await Promise.all(sources.map(source => source.active?.(roots, cwd)))
  const newestFirst = found.filter(session => session !== undefined).sort((a, b) => b.writtenMs - a.writtenMs)
  return newestFirst[0]?.sessionId
}
