import { inspectDatabase } from '../../store/maintenance/inspect.ts'
import { salvageDatabase } from '../../store/maintenance/salvage.ts'

/** What csl doctor starts to read a database that may be damaged. */
export async function databaseInspectCommand(file: string): Promise<void> {
  process.stdout.write(`${JSON.stringify(await inspectDatabase(file))}\n`)
}

/** What csl doctor starts to save what can be read of one that is. */
export async function databaseSalvageCommand(damaged: string, fresh: string): Promise<void> {
  process.stdout.write(`${JSON.stringify(await salvageDatabase(damaged, fresh))}\n`)
}
