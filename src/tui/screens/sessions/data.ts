import { dayNamer, type ZoneClock } from '../../../base/time.ts'
import { browseSessions } from '../../../features/sessions/browse.ts'
import type { BrowsedSession } from '../../../features/sessions/listed-session.ts'
import type { Mark } from '../../../features/sessions/marks.ts'
import { planResume } from '../../../features/sessions/resume.ts'
import type { DoomedTranscript } from '../../../ingest/erase-transcripts.ts'
import type { Place } from '../../../ingest/open-ledger.ts'
import { markSessions, type Said } from '../../../ingest/say.ts'
import { StoreMissingError } from '../../../store/open.ts'
import type { MainTranscripts } from '../../../transcripts/search/session-files.ts'
import type { TextHit } from '../../../transcripts/search.ts'
import { sources } from '../../../transcripts/sources.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import type { StoreDoor } from '../../store-door.ts'
import { createSessionBook, type SessionBook } from './book.ts'

/** Where the program was started: what the scopes of the list mean. */
export interface Here {
  readonly cwd: string
  readonly project: string | null
  readonly projectKey: string | null
  readonly machineId: string
  readonly machine: string
}

/** A session whose transcript can be searched. */
export interface TextSource {
  readonly id: string
  /** Tells whether the session went on since it was searched. */
  readonly endedAtMs: number | null
}

/** A line of a session's transcript that was found. There can be one of every session: no more than is shown. */
export interface FoundLine extends Pick<TextHit, 'sessionId' | 'kind' | 'line' | 'matches'> {
  /** The subagent in whose transcript it stands; undefined: in the session's own. */
  readonly agentId: string | undefined
  /** As the source has it. */
  readonly endedAtMs: number | null
}

export interface TextSearchRequest {
  readonly sources: readonly TextSource[]
  readonly terms: readonly string[]
  readonly signal: AbortSignal
  readonly onHit: (hit: FoundLine) => void
}

export interface SessionQuestions {
  readonly here: Here
  readonly book: SessionBook
  /** Looks for words in what was said, and tells of lines as they are found. Answers how many could not be read. */
  searchText(request: TextSearchRequest): Promise<{ readonly failed: number }>
  /** Keeps what the person says of these sessions. Answers what they should know of it. */
  mark(ids: readonly string[], marks: readonly Mark[]): Promise<string | undefined>
  /** What would be removed with the transcripts of these sessions. Fails where one must not be, or is being written. */
  planErasing(ids: readonly string[]): Promise<readonly DoomedTranscript[]>
  /**
   * Records, hides these sessions, and removes the files. Answers what the person should know of it, also that files are left;
   * fails where nothing was done.
   */
  erase(ids: readonly string[], doomed: readonly DoomedTranscript[]): Promise<string | undefined>
  /** Why a session can't be continued here, and what to do; undefined where it can. */
  whyNotResume(session: BrowsedSession): Promise<string | undefined>
}

export function sessionQuestions(
  door: StoreDoor,
  place: Place,
  { here, clock, searchWorkerUrl }: { here: Here; clock: ZoneClock; searchWorkerUrl: URL },
): SessionQuestions {
  const { paths } = place
  let search: SessionQuestions['searchText'] | undefined
  let mains: readonly MainTranscripts[] = []
  return {
    here,
    book: createSessionBook({
      browse: onNewest => browse(door, { dayOf: dayNamer(clock), onNewest }),
      async transcripts() {
        mains = await listMains(paths.claudeRoots)
        return new Map(mains.flatMap(({ paths }) => [...paths]))
      },
    }),
    async searchText(request) {
      // Not everybody who opens the list searches it.
      const { createTranscriptSearch } = await import('./transcript-search.ts')
      search ??= createTranscriptSearch(paths.claudeRoots, searchWorkerUrl, () => mains)
      return search(request)
    },
    async mark(ids, marks) {
      return noticeOf(await door.change(ledger => markSessions(ledger, ids, marks)))
    },
    async planErasing(ids) {
      const { planErasing } = await import('../../../ingest/erase-transcripts.ts')
      const plans = await Promise.all(ids.map(id => planErasing(paths.claudeRoots, id, place.now())))
      return plans.filter(plan => plan !== undefined)
    },
    async erase(ids, doomed) {
      const { recordDoomed } = await import('../../../ingest/erase-transcripts.ts')
      return door.change(async ledger => {
        const recorded = await recordDoomed(ledger, doomed)
        const said = await markSessions(ledger, ids, [{ kind: 'deleted', value: 'true' }])
        try {
          recorded.remove('u brings back')
        } catch (error) {
          return troubleText(error)
        }
        return noticeOf(said)
      })
    },
    async whyNotResume(session) {
      try {
        await planResume(session, { roots: paths.claudeRoots, machineId: here.machineId })
        return undefined
      } catch (error) {
        return troubleText(error)
      }
    },
  }
}

async function listMains(roots: readonly string[]): Promise<MainTranscripts[]> {
  const found = sources.map(async ({ tool, mains }) => ({ tool, paths: (await mains?.(roots)) ?? new Map() }))
  return Promise.all(found)
}

/** What a person should know of how something was kept. */
function noticeOf({ redacted, pending }: Said): string | undefined {
  if (pending !== undefined) return `kept, and shown when the database is free (${troubleText(pending)})`
  return redacted > 0 ? 'a secret in it was made unreadable' : undefined
}

async function browse(
  door: StoreDoor,
  options: Parameters<typeof browseSessions>[1],
): Promise<readonly BrowsedSession[]> {
  try {
    return await door.ask(db => browseSessions(db, options))
  } catch (error) {
    // Where nothing was ever recorded there are no sessions.
    if (error instanceof StoreMissingError) return []
    throw error
  }
}
