import path from 'node:path'
import { applyReadings } from '../../src/ingest/apply.ts'
import type { Ledger } from '../../src/ingest/open-ledger.ts'
import { readFile } from '../../src/ingest/read-file.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { withNewLedger, writeLines } from './ledger.ts'

/** Transcripts by their path below a project's folder, line by line. */
export type Transcripts = Readonly<Record<string, readonly (object | string)[]>>

/** A ledger of its own into which these transcripts were read, for as long as the work takes. */
export async function withRecorded(
  transcripts: Transcripts,
  work: (ledger: Ledger) => Promise<void>,
): Promise<void> {
  await withNewLedger(async (ledger, folder) => {
    const files = Object.entries(transcripts).map(([name, lines]) =>
      writeLines(path.join(folder, 'projects/-home-dev-orchard-api', name), lines),
    )
    const readings = await Promise.all(
      files.flatMap(file => describeFile(file) ?? []).map(found => readFile(found)),
    )
    await applyReadings(ledger, readings)
    await work(ledger)
  })
}
