import { writeLog } from '../base/log-file.ts'
import { projectOf } from '../features/sessions/project-key.ts'
import { projectSessions } from '../features/sessions/project-sessions.ts'
import { recordFacts } from '../features/sessions/record-facts.ts'
import { recordUsage } from '../features/usage/ledger.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import type { Transcript } from '../transcripts/transcript.ts'
import type { Fingerprint } from './fingerprint.ts'
import { noteFiles } from './known-files.ts'
import type { Ledger } from './open-ledger.ts'

/** A transcript as it was read, and what its file was then. */
export interface Reading {
  readonly file: TranscriptFile
  readonly fingerprint: Fingerprint
  readonly transcript: Transcript
}

/**
 * Turns what was read into rows: ledger, facts, readable tables and the note that the files are read, in one
 * transaction. Doing it again, or in another order, gives the same rows. Answers the models without a price.
 */
export async function applyReadings(ledger: Ledger, readings: readonly Reading[]): Promise<Set<string>> {
  const { db, writer, pricer, settings, place } = ledger
  const transcripts = readings.map(reading => reading.transcript)
  const unpriced = unpricedModels(ledger, transcripts)
  await db.transaction(async () => {
    const touched = await recordUsage(db, {
      writer,
      records: transcripts.flatMap(transcript => transcript.usage),
      pricer,
    })
    const projects = memoized(projectOf)
    const changed = await recordFacts(db, { writer, transcripts, projectOf: projects })
    for (const sessionId of changed) touched.add(sessionId)
    await noteFiles(
      db,
      readings.map(({ file, fingerprint, transcript }) => ({
        file,
        fingerprint,
        sessionId: transcript.sessionId,
        member: transcript.member,
      })),
    )
    await projectSessions(db, { sessionIds: touched, rules: settings.rules, nowMs: place.now() })
    await sayUnpriced(ledger, unpriced)
    await writer.save()
  })
  return unpriced
}

/** Many sessions share a directory; looking its repository up once is enough. */
function memoized<T>(find: (cwd: string | null) => T): (cwd: string | null) => T {
  const known = new Map<string | null, T>()
  return cwd => {
    const found = known.get(cwd) ?? find(cwd)
    known.set(cwd, found)
    return found
  }
}

function unpricedModels({ pricer }: Ledger, transcripts: readonly Transcript[]): Set<string> {
  const unpriced = new Set<string>()
  for (const { usage } of transcripts) {
    for (const record of usage) {
      if (!unpriced.has(record.model) && pricer.price(record).costPico === null) unpriced.add(record.model)
    }
  }
  return unpriced
}

/** A model without a price is said in sync.log when it is first seen; reports name it every time. */
async function sayUnpriced({ meta, place }: Ledger, unpriced: ReadonlySet<string>): Promise<void> {
  if (unpriced.size === 0) return
  const key = 'said_unpriced'
  const said = new Set<string>(JSON.parse(meta.get(key) ?? '[]'))
  const fresh = [...unpriced].filter(model => !said.has(model))
  if (fresh.length === 0) return
  for (const model of fresh) {
    writeLog(place.paths.logFile, 'unpriced', `no price for model ${model}; add one to prices.json`)
  }
  await meta.set(key, JSON.stringify([...said, ...fresh]))
}
