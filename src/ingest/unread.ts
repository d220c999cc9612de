import type { Paths } from '../base/paths.ts'
import { StoreMissingError, withStore } from '../store/open.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import { listAll } from './backfill.ts'
import { type Fingerprint, isUnread } from './fingerprint.ts'
import { readFingerprints } from './known-files.ts'

const lockWaitMs = 10_000

/** The transcripts that are new, or have changed since they were read. */
export async function findUnread({ claudeRoots, database }: Paths): Promise<TranscriptFile[]> {
  const files = await listAll(claudeRoots)
  const known = await withStore(database, { access: 'read', waitMs: lockWaitMs }, db =>
    readFingerprints(db),
  ).catch((error: unknown) => {
    if (error instanceof StoreMissingError) return new Map<string, Fingerprint>()
    throw error
  })
  return files.filter(file => isUnread(file, known.get(file.path)))
}
