import { UserError } from '../../src/base/errors.ts'
import { zoneClock } from '../../src/base/time.ts'
import type { TuiData } from '../../src/tui/data.ts'
import type { NotesData } from '../../src/tui/screens/notes/data.ts'
import { anOverview } from './overviews.ts'
import { someSessions } from './tui-sessions.ts'

/** Answers for screens, without a database: what a test is about is given, the rest is a quiet afternoon. */
export function someData(given: Partial<TuiData> = {}): TuiData {
  return {
    clock: zoneClock('UTC'),
    now: () => Date.parse('2026-11-20T14:00:00.000Z'),
    overview: async () => ({
      todayTokens: 0,
      todayCostPico: 0n,
      todayUnpriced: 0,
      sessions: 0,
      unseen: 0,
      lastSyncAt: null,
      machine: 'desk',
    }),
    readUsage: async () => anOverview([]),
    notes: someNotes(),
    catchUp: async () => [],
    copy: () => undefined,
    sessions: someSessions([]),
    onChange: () => () => undefined,
    openTranscript: async () => {
      throw new UserError('there is no transcript')
    },
    onTranscriptChange: () => () => undefined,
    saveTranscript: async (_, format) => `transcript.${format}`,
    ...given,
  }
}

/** A notebook without a word in it. */
export function someNotes(given: Partial<NotesData> = {}): NotesData {
  return {
    list: async () => [],
    read: async () => null,
    inbox: async () => ({ entries: [], upTo: 0 }),
    markSeen: async () => undefined,
    log: async () => ({ redacted: 0 }),
    say: async () => ({ redacted: 0 }),
    writeElsewhere: text => text,
    ...given,
  }
}
