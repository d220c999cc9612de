import { existsSync } from 'node:fs'
import path from 'node:path'
import { packageFolder } from './home.ts'

/** The folder beside the package with real transcripts and their right answers; not everybody has it. */
export const sharedFolder = path.resolve(packageFolder, '../shared')

/** Whether a part of the shared folder is there. Says so where it is not: such a test passes without having run. */
export function hasShared(part: string): boolean {
  if (existsSync(path.join(sharedFolder, part))) return true
  console.log(`not run: there is no ../shared/${part}`)
  return false
}
