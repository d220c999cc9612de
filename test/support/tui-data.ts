import { zoneClock } from '../../src/base/time.ts'
import type { TuiData } from '../../src/tui/data.ts'
import { anOverview } from './overviews.ts'

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
    onChange: () => () => undefined,
    ...given,
  }
}
