import { databaseChecks } from './database-checks.ts'
import type { Examination } from './examination.ts'
import type { Check } from './finding.ts'
import { folderChecks } from './folder-checks.ts'
import { hookChecks } from './hook-checks.ts'
import { programChecks } from './program-checks.ts'
import { setupChecks } from './setup-checks.ts'
import { syncChecks } from './sync-checks.ts'
import { transcriptChecks } from './transcript-checks.ts'

/** All checks, in the order in which they are told. `isOnline`: remotes are asked, too. */
export function allChecks(examination: Examination, isOnline: boolean): readonly Check[] {
  return [
    ...programChecks(examination),
    ...folderChecks(examination),
    ...databaseChecks(examination),
    ...hookChecks(examination),
    ...setupChecks(examination),
    ...transcriptChecks(examination),
    ...syncChecks(examination, isOnline),
  ]
}
