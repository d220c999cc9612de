import { describe, expect, test } from 'vitest'
import { UserError } from '../../../src/base/errors.ts'
import { findSession, findSessions, type SessionFilter } from '../../../src/features/sessions/find.ts'
import { assistantLine, userLine, uuidOf } from '../../support/lines.ts'
import { type Transcripts, withRecorded } from '../../support/recorded.ts'

const day = (date: string) => Date.parse(`2026-10-${date}Z`)

/** Three sessions: two days, two models, two directories, one of them with a title. */
const first = uuidOf(0xa1)
const second = uuidOf(0xa2)
const third = 'b0000000-0000-4000-8000-000000000001'
const transcripts: Transcripts = {
  [`${first}.jsonl`]: [
    userLine(first, 'Mend the gate', { timestamp: '2026-10-01T10:00:00.000Z' }),
    assistantLine(first, { at: '2026-10-01T11:00:00.000Z' }),
  ],
  [`${second}.jsonl`]: [
    userLine(second, 'Paint 100% of it', { timestamp: '2026-10-02T10:00:00.000Z', cwd: '/home/dev/shed' }),
    assistantLine(second, {
      at: '2026-10-03T10:00:00.000Z',
      model: 'claude-haiku-4-5',
      extra: { cwd: '/home/dev/shed' },
    }),
    { type: 'custom-title', customTitle: 'The GREEN shed', sessionId: second },
  ],
  [`${third}.jsonl`]: [
    userLine(third, 'Look', { timestamp: '2026-10-02T09:00:00.000Z', gitBranch: 'feature/gate' }),
    assistantLine(third, {
      at: '2026-10-02T09:30:00.000Z',
      model: 'nobody-knows-1',
      extra: { gitBranch: 'feature/gate' },
    }),
  ],
}

describe('a list of sessions', () => {
  test('begins with the one that ended last', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const found = await findSessions(db, { filter: {} })

      expect(found.map(session => session.id)).toEqual([second, third, first])
    })
  })

  test('ends at the limit', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const found = await findSessions(db, { filter: {}, limit: 1 })

      expect(found.map(session => session.id)).toEqual([second])
    })
  })

  test('says what is known of each', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const [session, unpriced] = await findSessions(db, { filter: {} })

      expect(session).toMatchObject({
        title: 'The GREEN shed',
        project: 'shed',
        type: 'general',
        machine: 'desk',
        createdBy: 'Test Person',
        tool: 'claude-code',
        toolVersion: '2.1.300',
        cwd: '/home/dev/shed',
        resumeCwd: '/home/dev/shed',
        startedAt: '2026-10-02T10:00:00.000Z',
        endedAt: '2026-10-03T10:00:00.000Z',
        durationMin: 24 * 60,
        activeMin: 0,
        models: ['claude-haiku-4-5'],
        skills: [],
        promptCount: 1,
        apiMessageCount: 1,
        inputTokens: 10,
        outputTokens: 20,
        totalTokens: 30,
        // 10 × 1 + 20 × 5 millionths of a dollar.
        costPico: 110_000_000n,
        unpricedModels: [],
        inheritedCostPico: null,
        clientCostUsd: null,
      })
      expect(unpriced).toMatchObject({ costPico: null, unpricedCount: 1, unpricedModels: ['nobody-knows-1'] })
    })
  })

  test.each<[string, SessionFilter, string[]]>([
    ['still running then', { sinceMs: day('02T10:00:00') }, [second]],
    ['that ended right then', { sinceMs: day('01T11:00:00') }, [second, third, first]],
    ['begun before', { untilMs: day('02T10:00:00') }, [third, first]],
    [
      'of a span in the middle of one',
      { sinceMs: day('03T00:00:00'), untilMs: day('03T01:00:00') },
      [second],
    ],
    ['of part of a project', { project: 'SHED' }, [second]],
    ['of part of a project key', { project: 'dev/orchard' }, [third, first]],
    ['of part of a model', { model: 'Haiku' }, [second]],
    ['of a type', { type: 'General' }, [second, third, first]],
    ['of a part of a type', { type: 'gen' }, []],
    ['of a machine by label', { machine: 'DESK' }, [second, third, first]],
    ['of a machine by id', { machine: 'machine-1' }, [second, third, first]],
    ['with a word in title, branch or project', { search: 'gate' }, [third, first]],
    ['with all words, in any place', { search: ' green  SHED haiku ' }, []],
    ['with all words, wherever they stand', { search: 'shed green' }, [second]],
    ['with a sign that is no wildcard', { search: '%' }, []],
    ['by id', { search: 'b0000000' }, [third]],
    ['by nothing', { search: '  ' }, [second, third, first]],
  ])('can be those %s', async (_, filter, expected) => {
    await withRecorded(transcripts, async ({ db }) => {
      const found = await findSessions(db, { filter })

      expect(found.map(session => session.id)).toEqual(expected)
    })
  })
})

describe('one session', () => {
  test.each([first, first.toUpperCase(), third.slice(0, 1), 'B0000000-0000', ` ${third} `])(
    'is found by %j',
    async text => {
      await withRecorded(transcripts, async ({ db }) => {
        const found = await findSession(db, text)

        expect(found.id.startsWith(text.trim().toLowerCase())).toBe(true)
      })
    },
  )

  test('whose id begins that of another is found by its whole id', async () => {
    const short = {
      'plan.jsonl': [assistantLine('plan')],
      'plan-2.jsonl': [assistantLine('plan-2', { at: '2026-10-09T10:00:00.000Z' })],
    }

    await withRecorded(short, async ({ db }) => {
      expect((await findSession(db, 'plan')).id).toBe('plan')
      await expect(findSession(db, 'pla')).rejects.toThrow(UserError)
    })
  })

  test.each(['c', '', ' ', '%', '0000000000'])('is not found by %j', async text => {
    await withRecorded(transcripts, async ({ db }) => {
      await expect(findSession(db, text)).rejects.toThrow(/^there is no session/)
    })
  })

  test('is not guessed: a beginning that fits several names up to ten of them', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => {
        const id = uuidOf(0xc00 + i)
        return [`${id}.jsonl`, [userLine(id, `Task \x1b[31m${i}`), assistantLine(id)]]
      }),
    )

    await withRecorded(many, async ({ db }) => {
      const error = await findSession(db, '0000').catch((thrown: unknown) => thrown)

      if (!(error instanceof UserError)) throw new Error('nothing was thrown')
      const lines = error.hint?.split('\n') ?? []
      expect(error.message).toBe('more than one session begins with 0000')
      expect(lines).toHaveLength(11)
      expect(lines[0]).toMatch(/^0{8}-0000-4000-8000-0{9}c\w\w orchard-api Task \d+$/)
      expect(lines[10]?.trim()).toBe('…')
    })
  })
})
