import { type BrowsedSession, searchText } from '../../src/features/sessions/listed-session.ts'
import { type BookQuestions, createSessionBook } from '../../src/tui/screens/sessions/book.ts'
import type { SessionQuestions } from '../../src/tui/screens/sessions/data.ts'
import { uuidOf } from './lines.ts'

/** A session as the list gets it. */
export function aSession(n: number, given: Partial<BrowsedSession> = {}): BrowsedSession {
  const session = {
    id: uuidOf(n),
    title: `Session ${n}`,
    project: 'orchard-api',
    projectKey: 'github.com/dev/orchard-api',
    type: 'general',
    machine: 'desk',
    machineId: 'machine-1',
    tool: 'claude-code',
    cwd: '/home/dev/orchard-api',
    resumeCwd: '/home/dev/orchard-api',
    branch: 'main',
    endedAtMs: Date.parse('2026-11-20T12:00:00Z') - n * 3_600_000,
    durationMin: 12,
    models: 'claude-opus-4-8',
    totalTokens: 1_200_000,
    costPico: 3_400_000_000_000,
    unpricedCount: 0,
    isStarred: false,
    tags: [],
    ...given,
  }
  return { ...session, haystack: searchText(session, ms => new Date(ms).toISOString().slice(0, 10)) }
}

/** Answers about these sessions, whose transcripts are all there unless told. */
export function someSessions(
  sessions: readonly BrowsedSession[],
  { browse, transcripts, ...given }: Partial<SessionQuestions & BookQuestions> = {},
): SessionQuestions {
  const book = createSessionBook({
    browse: browse ?? (async () => sessions),
    transcripts:
      transcripts ?? (async () => new Map(sessions.map(({ id }) => [id, `/transcripts/${id}.jsonl`]))),
  })
  return {
    book,
    here: {
      cwd: '/home/dev/orchard-api',
      project: 'orchard-api',
      projectKey: 'github.com/dev/orchard-api',
      machineId: 'machine-1',
      machine: 'desk',
    },
    searchText: async () => ({ failed: 0 }),
    mark: async () => undefined,
    planErasing: async () => [],
    erase: async () => undefined,
    whyNotResume: async () => undefined,
    ...given,
  }
}
