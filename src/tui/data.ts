import type { Paths } from '../base/paths.ts'
import { localClock, type ZoneClock } from '../base/time.ts'
import { countInbox } from '../features/entries/inbox-count.ts'
import { countAllSessions } from '../features/sessions/count.ts'
import type { UsageOverview } from '../features/usage/overview.ts'
import { usageTotals } from '../features/usage/sums.ts'
import { catchUpNotes, withCaughtUp } from '../ingest/catch-up.ts'
import type { Place } from '../ingest/open-ledger.ts'
import { StoreMissingError } from '../store/open.ts'
import { together } from '../store/query.ts'
import { readSyncState } from '../sync/state.ts'
import { createNotesData, type NotesData } from './screens/notes/data.ts'
import { type Here, type SessionQuestions, sessionQuestions } from './screens/sessions/data.ts'
import { createUsageReader, type UsageQuestion } from './screens/summary/data.ts'
import { createStoreDoor, type StoreDoor } from './store-door.ts'
import { createTranscriptData, type TranscriptData } from './transcripts.ts'
import { watchFolder } from './watch-folder.ts'

/** What the header of the menu tells. Cost in picodollars; null: nothing has a price. */
export interface Overview {
  readonly todayTokens: number
  readonly todayCostPico: bigint | null
  readonly todayUnpriced: number
  readonly sessions: number
  readonly unseen: number
  /** When a sync with any remote last went well; null: never, or there is none. ISO text. */
  readonly lastSyncAt: string | null
  readonly machine: string
}

/** The questions that screens ask, and nothing else of the world below. A test passes plain objects. */
export interface TuiData extends TranscriptData {
  readonly clock: ZoneClock
  now(): number
  overview(): Promise<Overview>
  readonly sessions: SessionQuestions
  readUsage(question: UsageQuestion): Promise<UsageOverview>
  readonly notes: NotesData
  /**
   * Reads what no hook has announced, if that is quick. Answers what a person should know of it, a line each: nothing, where
   * all is shown.
   */
  catchUp(): Promise<readonly string[]>
  /** Puts a text into the terminal's clipboard, where it has one. */
  copy(text: string): void
  /** Tells when another process has written, or we have. Answers how to stop listening. */
  onChange(listener: () => void): () => void
}

export interface TuiOptions {
  readonly here: Here
  /** The script of backfill's threads. */
  readonly workerUrl: URL
  /** That of the search's threads. */
  readonly searchWorkerUrl: URL
  /** The command of the person's editor, for a shell. */
  readonly editor: string
  /** Where the terminal's own commands are written to. */
  readonly write: (text: string) => void
}

/** The real answers, each of which opens the database for a moment. `close` when the screens are gone. */
export function createTuiData(
  place: Place,
  options: TuiOptions,
): TuiData & { close(): Promise<void>; beginOverview(): Promise<unknown> } {
  const { paths, now } = place
  const door = createStoreDoor(place)
  const clock = localClock()
  const sessions = sessionQuestions(door, place, { ...options, clock })
  let begun: Promise<Overview> | undefined
  const usage = createUsageReader(door, clock)
  const listeners = new Set([sessions.book.reload, usage.forget])
  const stopWatching = watchFolder(paths.home, isData, () => {
    for (const listener of listeners) listener()
  })
  return {
    ...createTranscriptData(paths.claudeRoots, door.ask),
    clock,
    now,
    close() {
      stopWatching()
      return door.close()
    },
    beginOverview() {
      begun = readOverview(door, place, clock)
      return begun.catch(() => undefined)
    },
    overview() {
      const overview = begun ?? readOverview(door, place, clock)
      begun = undefined
      return overview
    },
    sessions,
    catchUp: () => door.alone(() => catchUp(place, options.workerUrl, door.signal)),
    copy: text => options.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`),
    readUsage: usage.read,
    notes: createNotesData(door, place, options.editor),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The files of the data folder whose change can change what a screen shows. */
function isData(name: string): boolean {
  return /^(sessions\.duckdb(\.wal)?|sync-state\.json)$/.test(name)
}

async function readOverview(door: StoreDoor, place: Place, clock: ZoneClock): Promise<Overview> {
  const { paths, identity, now } = place
  const local = { machine: identity.machineLabel, lastSyncAt: lastSyncAt(paths) }
  try {
    return await door.ask(async db => {
      const [today, sessions, unseen] = await together([
        usageTotals(db, { sinceMs: clock.startOf('day', now()) }),
        countAllSessions(db),
        countInbox(db, identity),
      ])
      const { totalTokens: todayTokens, costPico: todayCostPico, unpricedCount: todayUnpriced } = today
      return { todayTokens, todayCostPico, todayUnpriced, sessions, unseen, ...local }
    })
  } catch (error) {
    if (!(error instanceof StoreMissingError)) throw error
    return { todayTokens: 0, todayCostPico: 0n, todayUnpriced: 0, sessions: 0, unseen: 0, ...local }
  }
}

function lastSyncAt(paths: Paths): string | null {
  const times = Object.values(readSyncState(paths.syncState)).flatMap(state => state.lastSuccessAt ?? [])
  return times.sort().at(-1) ?? null
}

async function catchUp(place: Place, workerUrl: URL, signal: AbortSignal): Promise<readonly string[]> {
  const waits = { readWaitMs: 1000, writeWaitMs: 1000, signal }
  const options = { ...place, ...waits, place: async () => place, workerUrl }
  try {
    return catchUpNotes(await withCaughtUp(options, async () => undefined))
  } catch (error) {
    // Where nothing was ever recorded, screens say so.
    if (error instanceof StoreMissingError) return []
    throw error
  }
}
