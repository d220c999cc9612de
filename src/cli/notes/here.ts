import type { OfProject } from '../../features/entries/list.ts'
import { projectOf } from '../../features/sessions/project-key.ts'
import { guessSession } from '../../transcripts/active.ts'
import type { Context } from '../context.ts'

/** The project of the directory a command runs in. */
export interface ProjectHere {
  readonly project: string | null
  readonly key: string | null
  /** A repository; else it is a mere folder. */
  readonly isRepository: boolean
  /** Its key is the same for everybody. A remote that is a folder here (`file:…`) is not. */
  readonly isKeyPublic: boolean
}

export function projectHere(): ProjectHere {
  const { project, key, kind } = projectOf(process.cwd())
  return {
    project,
    key,
    isRepository: kind === 'remote' || kind === 'gitdir',
    isKeyPublic: kind === 'remote' && key !== null && !key.startsWith('file:'),
  }
}

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
