import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createFileAtomic, readTextIfThere } from '../../base/files.ts'
import type { Paths } from '../../base/paths.ts'
import { addMissingToJournal } from '../../features/entries/journal.ts'
import type { KeptFile } from '../../store/maintenance/backup.ts'

/** What a person made, set or said beside the database. */
function keptFiles(paths: Paths): readonly string[] {
  return [
    paths.changesFile,
    paths.machineFile,
    paths.settingsFile,
    paths.pseudonymKeyFile,
    paths.pricesFile,
    paths.sessionTypesFile,
    paths.inboxFile,
  ]
}

/** Reads those that are there. */
export function readKeptFiles(paths: Paths): KeptFile[] {
  return keptFiles(paths)
    .filter(file => existsSync(file))
    .map(file => ({ name: path.basename(file), content: readFileSync(file) }))
}

/** What became of the files of a backup. */
export interface PutBack {
  /** Names of those that were missing and are there again. */
  readonly added: readonly string[]
  /** Names of those that stayed as they are now, though the backup has others. */
  readonly left: readonly string[]
  /** Changes that the journal lacked. */
  readonly changes: number
}

/**
 * Puts back what is missing; what is there stays, and the journal gets what it lacks. Files of other names are passed over:
 * a backup can come from anywhere.
 */
export async function putBackKeptFiles(paths: Paths, files: readonly KeptFile[]): Promise<PutBack> {
  const added: string[] = []
  const left: string[] = []
  let changes = 0
  for (const file of keptFiles(paths)) {
    const name = path.basename(file)
    const kept = files.find(found => found.name === name)
    if (!kept) continue
    const text = kept.content.toString('utf8')
    if (file === paths.changesFile) changes = addMissingToJournal(file, text)
    else if (await createFileAtomic(file, text)) added.push(name)
    else if (readTextIfThere(file) !== text) left.push(name)
  }
  return { added, left, changes }
}
