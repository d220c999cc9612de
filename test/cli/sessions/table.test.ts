import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { zoneClock } from '../../../src/base/time.ts'
import { sessionText } from '../../../src/cli/sessions/report-text.ts'
import { sessionsTable } from '../../../src/cli/sessions/table.ts'
import { type FoundSession, findSessions } from '../../../src/features/sessions/find.ts'
import { assistantLine, userLine, uuidOf } from '../../support/lines.ts'
import { withRecorded } from '../../support/recorded.ts'

const id = uuidOf(0xaa)
const clock = zoneClock('UTC')

async function withSession(work: (session: FoundSession) => void): Promise<void> {
  const lines = [
    userLine(id, 'Mend the gate before the sheep find it, then paint it green and tell them'),
    assistantLine(id, { model: 'claude-haiku-4-5-20251001' }),
    assistantLine(id),
  ]
  await withRecorded({ [`${id}.jsonl`]: lines }, async ({ db }) => {
    for (const session of await findSessions(db, { filter: {} })) work(session)
  })
}

describe('the table of sessions', () => {
  test.each([160, 120, 80, 60, 52])('fits %i columns', async width => {
    await withSession(session => {
      const table = sessionsTable([session], clock, width)

      expect(table.split('\n').every(line => textWidth(line) <= width)).toBe(true)
      expect(table).toMatch(/2026-10-01 10:00 {2}00000000 {2}/)
      expect(table).toContain('Mend the ')
    })
  })

  test('names models as people do', async () => {
    await withSession(session => {
      expect(sessionsTable([session], clock, undefined)).toContain('Haiku 4.5, Opus 4.8')
    })
  })
})

describe('one session in full', () => {
  test.each([160, 80, 50])('fits %i columns, but for what is to be copied', async width => {
    await withSession(session => {
      const text = sessionText(
        {
          session: {
            ...session,
            unpricedModels: ['a-model-with-a-name', 'another-model-with-a-name'],
            unpricedCount: 2,
          },
          models: [],
          components: { kind: 'component', rows: [], totals: noSums },
          agents: [],
          files: [],
          facts: undefined,
          resume: `cd /home/dev/orchard-api && claude --resume ${id}`,
        },
        clock,
        width,
      )

      const lines = text.trimEnd().split('\n')
      expect(lines.at(-1)).toBe(`cd /home/dev/orchard-api && claude --resume ${id}`)
      const title = lines.shift()
      expect(title).toMatch(/^Mend the gate/)
      expect(lines.slice(0, -1).filter(line => textWidth(line) > width && !line.includes(id))).toEqual([])
    })
  })
})

const noSums = {
  sessions: 1,
  messages: 0,
  input: 0,
  output: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  totalTokens: 0,
  costPico: 0n,
  unpricedCount: 0,
  unpricedModels: [],
  unfinalizedCount: 0,
}
