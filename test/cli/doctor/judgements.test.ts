import { describe, expect, test } from 'vitest'
import { compactionFindings, databaseFinding } from '../../../src/cli/doctor/database-checks.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { diskFinding } from '../../../src/cli/doctor/folder-checks.ts'
import { judgeHooks } from '../../../src/cli/doctor/hook-checks.ts'
import { programFinding } from '../../../src/cli/doctor/program-checks.ts'
import { stateFinding } from '../../../src/cli/doctor/sync-checks.ts'
import { transcriptFinding } from '../../../src/cli/doctor/transcript-checks.ts'
import type { HooksFound } from '../../../src/setup/hooks/inspect-hooks.ts'

// What checks make of what they saw.

const stateOf = ({ state }: Finding) => state

test.each([
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
  ['20.18.9', 'problem'],
  ['18.20.0', 'problem'],
])('Node %s: %s', (node, state) => {
  expect(programFinding(node)).toMatchObject({ state, text: expect.stringContaining(`Node ${node}`) })
})

test.each([
  [50e9, 1e6, 'ok'],
  [2e9, 5e9, 'warning'],
  [5e8, 1e6, 'warning'],
  [5e7, 1e6, 'problem'],
])('%d bytes free beside a database of %d: %s', (free, database, state) => {
  expect(stateOf(diskFinding(free, database))).toBe(state)
})

test('room is worth a word where there is much of it, and a large share', () => {
  expect(compactionFindings(100e6, 40e6)).toMatchObject([
    { state: 'warning', todo: 'csl compact makes it smaller' },
  ])
  expect(compactionFindings(1e6, 0.9e6)).toEqual([])
  expect(compactionFindings(1e9, 10e6)).toEqual([])
})

test('a database is told by what was found in it', () => {
  const whole = { state: 'whole', duckdb: 'v1', tables: 16, rows: 1200, bytes: 2e6, freeBytes: 0 } as const
  expect(databaseFinding({ ...whole, schema: 4 })).toMatchObject({
    state: 'ok',
    text: 'whole: 2.0 MB, 1,200 rows in 16 tables, schema 4',
  })
  expect(databaseFinding({ ...whole, schema: null })).toMatchObject({ state: 'warning' })
  expect(databaseFinding({ state: 'missing' })).toMatchObject({ state: 'ok' })
  expect(databaseFinding({ state: 'closed', why: 'W', hint: 'H' })).toMatchObject({
    state: 'problem',
    text: 'W',
    todo: 'H',
  })
  expect(databaseFinding(undefined)).toMatchObject({ state: 'warning' })
})

test.each<[number[], number, string, RegExp]>([
  [[], 30, 'ok', /all recorded; .* after 30 days/],
  [[1, 2], 30, 'ok', /2 transcripts are not recorded yet/],
  [[1, 26, 29], 30, 'warning', /3 transcripts are not recorded, 2 of which will be deleted soon/],
  [[1], 0, 'problem', /writes none/],
])('unrecorded transcripts of %j days, kept for %d: %s', (ages, days, state, text) => {
  expect(transcriptFinding(ages, days)).toMatchObject({ state, text: expect.stringMatching(text) })
})

describe('hooks', () => {
  const right = { state: 'right', commands: [] } as const
  const found: HooksFound = {
    events: { SessionStart: right, SessionEnd: right },
    olderTool: [],
    mixed: [],
    others: 2,
    isDisabled: false,
    notJson: undefined,
  }
  const nowMs = Date.parse('2026-11-20T12:00:00Z')
  const judge = (changes: Partial<HooksFound>) =>
    judgeHooks(
      { ...found, ...changes },
      { file: 's.json', seenAt: [nowMs - 3 * 3_600_000, undefined], nowMs },
    )

  test('in place: when they ran last', () => {
    expect(judge({})).toMatchObject([
      { state: 'ok', text: 'in place; a start was seen 3 h 00 min ago, an end never' },
    ])
  })

  test.each<[string, Partial<HooksFound>, string, RegExp]>([
    [
      'missing',
      { events: { ...found.events, SessionEnd: { state: 'missing', commands: [] } } },
      'warning',
      /SessionEnd/,
    ],
    [
      'of another form',
      { events: { ...found.events, SessionStart: { state: 'other', commands: ['x'] } } },
      'warning',
      /doubled/,
    ],
    ['of the older tool', { olderTool: ['python3 -m …'] }, 'problem', /older Python tool/],
    ['of others that call us', { mixed: ['a; b'] }, 'warning', /1 hook of yours/],
    ['switched off', { isDisabled: true }, 'problem', /disableAllHooks/],
    ['in a file that is not read', { notJson: 'line 3, column 1: a comment' }, 'problem', /line 3/],
  ])('%s', (_, changes, state, text) => {
    const findings = judge(changes)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ state, text: expect.stringMatching(text) })
  })
})

describe('a remote', () => {
  const nowMs = Date.parse('2026-11-20T12:00:00Z')
  const fine = {
    lastSuccessAt: '2026-11-20T11:00:00Z',
    lastErrorAt: null,
    lastError: null,
    failures: 0,
    nextRetryAt: null,
  }

  test.each([
    ['that synced just now', fine, 'ok', 'mine: synced 1 h 00 min ago'],
    ['that never synced', { ...fine, lastSuccessAt: null }, 'warning', 'mine: never synced'],
    [
      'that was not synced for long',
      { ...fine, lastSuccessAt: '2026-11-10T12:00:00Z' },
      'warning',
      'mine: synced 10 d 0 h ago',
    ],
    [
      'that failed',
      { ...fine, lastErrorAt: '2026-11-20T11:30:00Z', lastError: 'no network' },
      'warning',
      'mine: failed 30 min ago: no network (synced 1 h 00 min ago)',
    ],
  ])('%s', (_, state, expected, text) => {
    expect(stateFinding('mine', state, nowMs)).toMatchObject({ state: expected, text })
  })
})
