import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReadableLines, TranscriptFile } from '../source.ts'
import { sources } from '../sources.ts'
import { objectsOf } from './scan.ts'

/** How long other work waits for us at a time. */
const sliceMs = 8

/** Where the transcripts of sessions are, subagents' among them. */
export interface SessionFiles {
  /** The files of these sessions, the newest first. */
  of(sessionIds: ReadonlySet<string>): Promise<TranscriptFile[]>
}

interface OwnedFile {
  readonly file: TranscriptFile
  readonly sessionId: string
}

/**
 * Lists the transcripts below the roots by their sessions, in slices between which other work has its turn. The list is kept
 * for `keepMs` milliseconds, as who searches asks again with every word.
 */
export function createSessionFiles(roots: readonly string[], keepMs: number): SessionFiles {
  let kept: Promise<OwnedFile[]> | undefined
  const list = () => {
    kept ??= listOwned(roots).finally(() => {
      setTimeout(() => {
        kept = undefined
      }, keepMs).unref()
    })
    return kept
  }
  return {
    async of(sessionIds) {
      const owned = await list()
      return owned.filter(({ sessionId }) => sessionIds.has(sessionId)).map(({ file }) => file)
    },
  }
}

async function listOwned(roots: readonly string[]): Promise<OwnedFile[]> {
  const owned: OwnedFile[] = []
  let pausedAt = performance.now()
  for (const source of sources) {
    const reader = await source.readable?.()
    if (!reader) continue
    for (const file of await source.list(roots)) {
      owned.push({ file, sessionId: ownerOf(file.path, reader) })
      if (performance.now() - pausedAt < sliceMs) continue
      await nextTurn()
      pausedAt = performance.now()
    }
  }
  return owned
}

/** Only old files must be read for it, and few lines of them. One that can't be read is nobody's. */
function ownerOf(file: string, reader: ReadableLines): string {
  try {
    return reader.sessionOf(file, () => objectsOf(file))
  } catch {
    return ''
  }
}
