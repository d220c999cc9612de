import { projectOf } from './project-key.ts'

/** The project of a directory somebody is at work in. */
export interface ProjectHere {
  readonly project: string | null
  readonly key: string | null
  /** A repository; else it is a mere folder. */
  readonly isRepository: boolean
  /** Its key is the same for everybody. A remote that is a folder here (`file:…`) is not. */
  readonly isKeyPublic: boolean
}

/** What a directory belongs to, as entries that are logged there say it. */
export function projectHere(cwd: string): ProjectHere {
  const { project, key, kind } = projectOf(cwd)
  return {
    project,
    key,
    isRepository: kind === 'remote' || kind === 'gitdir',
    isKeyPublic: kind === 'remote' && key !== null && !key.startsWith('file:'),
  }
}
