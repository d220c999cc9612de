import type { OfProject } from '../../features/entries/list.ts'
import type { ProjectHere } from '../../features/sessions/project-here.ts'
import { guessSession } from '../../transcripts/active.ts'
import type { Context } from '../context.ts'

export function ofProject({ key, project }: ProjectHere): OfProject {
  return { key, name: project }
}

/** The session a command runs in: what Claude Code says, else the one that was last at work in this directory. */
export async function sessionHere({ env, paths }: Context): Promise<{ id: string | null; isGuess: boolean }> {
  const said = env.CLAUDE_CODE_SESSION_ID?.trim()
  if (said && isSessionId(said)) return { id: said, isGuess: false }
  const id = await guessSession(paths.claudeRoots, process.cwd())
  return { id: id ?? null, isGuess: id !== undefined }
}

/** Ids of sessions are short words, of whatever tool. */
export function isSessionId(text: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/.test(text)
}
