import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReadableLines, TranscriptFile } from '../source.ts'
import { sources } from '../sources.ts'
import { objectsOf } from './scan.ts'

/** How long other work waits for us at a time. */
const sliceMs = 8

/** Where the transcripts of sessions are, subagents' among them. */
export interface SessionFiles {
  /** The files of these sessions, the newest first. */
  of(sessionIds: { has(id: string): boolean }): Promise<FoundFile[]>
}

/** No more than a search needs: there can be a hundred thousand. */
export type FoundFile = Pick<TranscriptFile, 'tool' | 'path' | 'size'>

/**
 * Lists the transcripts below the roots by their sessions, in slices between which other work has its turn. The list is kept
 * for `keepMs` milliseconds, as who searches asks again with every word.
 */
export function createSessionFiles(roots: readonly string[], keepMs: number): SessionFiles {
  let kept: Promise<Owned> | undefined
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
      const { files, sessionIds: owners } = await list()
      return files.filter((_, at) => sessionIds.has(owners[at] ?? ''))
    },
  }
}

/** Each file's session at the same place. */
interface Owned {
  readonly files: readonly FoundFile[]
  readonly sessionIds: readonly string[]
}

async function listOwned(roots: readonly string[]): Promise<Owned> {
  const files: FoundFile[] = []
  const sessionIds: string[] = []
  let pausedAt = performance.now()
  for (const source of sources) {
    const reader = await source.readable?.()
    if (!reader) continue
    for (const file of await source.list(roots)) {
      files.push({ tool: file.tool, path: file.path, size: file.size })
      sessionIds.push(ownerOf(file.path, reader))
      if (performance.now() - pausedAt < sliceMs) continue
      await nextTurn()
      pausedAt = performance.now()
    }
  }
  return { files, sessionIds }
}

/** Only old files must be read for it, and few lines of them. One that can't be read is nobody's. */
function ownerOf(file: string, reader: ReadableLines): string {
  try {
    return reader.sessionOf(file, () => objectsOf(file))
  } catch {
    return ''
  }
}
