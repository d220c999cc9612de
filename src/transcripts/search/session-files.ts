import { statSync } from 'node:fs'
import { pauseAfter } from '../../base/pause.ts'
import type { ReadableLines, TranscriptFile } from '../source.ts'
import { sources } from '../sources.ts'
import { objectsOf } from './scan.ts'

/** How long other work waits for us at a time. */
const sliceMs = 8
/** Files that are told of at once. */
const partFiles = 100

/** No more than a search needs: there can be a hundred thousand. */
export type FoundFile = Pick<TranscriptFile, 'tool' | 'path' | 'size'>

/** The main transcripts of a tool, by session. */
export interface MainTranscripts {
  readonly tool: string
  readonly paths: ReadonlyMap<string, string>
}

/** Where the transcripts of sessions are, subagents' among them. */
export interface SessionFiles {
  /**
   * The files of these sessions, in parts: first their main transcripts as far as they are known, in the order of the sessions; then,
   * once all folders were looked into, the others, the newest first.
   */
  of(
    sessionIds: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>,
    known?: readonly MainTranscripts[],
  ): AsyncGenerator<FoundFile[]>
}

/**
 * Lists the transcripts below the roots by their sessions, in slices between which other work has its turn. The list is kept
 * for `keepMs` milliseconds, as who searches asks again with every word.
 */
export function createSessionFiles(roots: readonly string[], keepMs: number): SessionFiles {
  let listing: Promise<Owned> | undefined
  let isListed = false
  const list = () => {
    listing ??= listOwned(roots).finally(() => {
      isListed = true
      setTimeout(() => {
        listing = undefined
        isListed = false
      }, keepMs).unref()
    })
    return listing
  }
  return {
    async *of(sessionIds, known = []) {
      const told = new Set<string>()
      const wasListed = isListed
      const all = list()
      // Whoever takes no more than the first parts is told of no error.
      all.catch(() => undefined)
      for await (const part of isListed ? [] : mainsOf(sessionIds.keys(), known)) {
        for (const { path } of part) told.add(path)
        yield part
      }
      const { files, sessionIds: owners } = await all
      // Recorded since they were listed.
      const listed = new Set(wasListed ? owners : [])
      const missing = wasListed ? [...sessionIds.keys()].filter(id => !listed.has(id)) : []
      if (missing.length > 0) yield* mainsOf(missing, known)
      const others = files.filter(({ path }, at) => sessionIds.has(owners[at] ?? '') && !told.has(path))
      for (let at = 0; at < others.length; at += partFiles) yield others.slice(at, at + partFiles)
    },
  }
}

/** The main transcripts of sessions, as far as they are known and still there. */
async function* mainsOf(
  sessionIds: Iterable<string>,
  known: readonly MainTranscripts[],
): AsyncGenerator<FoundFile[]> {
  let part: FoundFile[] = []
  const pause = pauseAfter(sliceMs)
  for (const sessionId of known.length === 0 ? [] : sessionIds) {
    for (const { tool, paths } of known) {
      const path = paths.get(sessionId)
      const size = path === undefined ? undefined : sizeOf(path)
      if (path !== undefined && size !== undefined) part.push({ tool, path, size })
    }
    if (part.length >= partFiles) {
      yield part
      part = []
    }
    const turn = pause()
    if (turn) await turn
  }
  yield part
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size
  } catch {
    // It is counted as unreadable when it is opened.
    return 0
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
  const pause = pauseAfter(sliceMs)
  for (const source of sources) {
    const reader = await source.readable?.()
    if (!reader) continue
    for (const file of await source.list(roots)) {
      files.push({ tool: file.tool, path: file.path, size: file.size })
      sessionIds.push(ownerOf(file.path, reader))
      const turn = pause()
      if (turn) await turn
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
