import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const id = uuidOf(0xf1)

/** A home with messages of one session at these moments, recorded. */
async function homeWith(lines: readonly object[]): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev-orchard-api', `${id}.jsonl`, lines)
  await home.csl(['backfill'])
  return home
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

describe('csl usage', () => {
  test('shows a table with a total, what the prices are, and names what has none', async () => {
    const home = await homeWith([
      assistantLine(id, {
        at: '2026-10-01T10:00:00.000Z',
        usage: { input_tokens: 1_200_000, output_tokens: 0 },
      }),
      assistantLine(id, { at: '2026-10-02T10:00:00.000Z', model: 'nobody-knows-1' }),
      assistantLine(id, { at: '2026-10-02T11:00:00.000Z', stopReason: null, usage: { output_tokens: 10 } }),
    ])

    const { stdout, stderr, code } = await home.csl(['usage', '--since', '2026-10', '--until', '2026-10'])

    expect(stdout.split('\n')).toEqual([
      'Usage by day · 2026-10-01 to 2026-10-31 · UTC',
      '',
      'Day         Sessions  Messages  Input  Output  Write 5m  Write 1h  Cache read  Total  API price',
      '──────────  ────────  ────────  ─────  ──────  ────────  ────────  ──────────  ─────  ─────────',
      '2026-10-01         1         1   1.2M       0         0         0           0   1.2M      $6.00',
      '2026-10-02         1         2     10      30         0         0           0     40    ≥ $0.00',
      '──────────  ────────  ────────  ─────  ──────  ────────  ────────  ──────────  ─────  ─────────',
      'Total              1         3   1.2M      30         0         0           0   1.2M    ≥ $6.00',
      '',
      "API price: the API's list price; a subscription pays nothing per token.",
      'no price for: nobody-knows-1 (1 message); ≥ means at least. See: csl prices',
      'unfinalized: 1 message, whose output tokens may be a lower bound.',
      '',
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test('covers the last 30 days by day if nothing is said, and everything with --all or by model', async () => {
    const home = await homeWith([1, 28, 31, 400].map(days => assistantLine(id, { at: daysAgo(days) })))
    const totalOf = async (...args: string[]) =>
      JSON.parse((await home.csl(['usage', ...args, '--json'])).stdout).totals.messages

    expect(await totalOf()).toBe(2)
    expect(await totalOf('session')).toBe(2)
    expect(await totalOf('hour')).toBe(0)
    expect(await totalOf('week')).toBe(3)
    expect(await totalOf('month')).toBe(4)
    expect(await totalOf('model')).toBe(4)
    expect(await totalOf('day', '--all')).toBe(4)
    expect(await totalOf('day', '--since', '2w')).toBe(1)
    expect(await totalOf('day', '--until', '30d')).toBe(2)
  })

  test.each([
    [[], 'Nothing was used in this period.\nTo look at all that is recorded, add: --all'],
    [['--since', '7d'], 'Nothing was used in this period.'],
    [
      ['--model', 'haiku'],
      'Nothing fits the filter in this period.\nTo look at all that is recorded, add: --all',
    ],
    [['--all', '--model', 'haiku'], 'Nothing fits the filter.'],
    [['model', '--project', 'meadow'], 'Nothing fits the filter.'],
  ])('with nothing to show says why: %j', async (args, why) => {
    const home = await homeWith([assistantLine(id, { at: daysAgo(100) })])

    const { stdout, code } = await home.csl(['usage', ...args])

    expect(stdout.split('\n').slice(2).join('\n')).toBe(`${why}\n`)
    expect(code).toBe(0)
  })

  test('prints nothing but JSON, with exact costs as text', async () => {
    const home = await homeWith([
      assistantLine(id, {
        at: '2026-10-25T00:30:00.000Z',
        usage: { input_tokens: 3, cache_read_input_tokens: 1 },
      }),
      assistantLine(id, { at: '2026-10-25T01:30:00.000Z' }),
    ])

    const { stdout } = await home.csl(['usage', 'hour', '--all', '--json', '--timezone', 'Europe/Berlin'])

    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      by: 'hour',
      timeZone: 'Europe/Berlin',
      since: null,
      until: null,
      limit: null,
    })
    expect(report.rows).toMatchObject([
      { key: '2026-10-25 02:00+02:00', start: '2026-10-25T00:00:00.000Z', costUsd: '0.0000155' },
      { key: '2026-10-25 02:00+01:00', start: '2026-10-25T01:00:00.000Z', costUsd: '0.00055' },
    ])
    expect(report.totals).toMatchObject({ sessions: 1, messages: 2, costUsd: '0.0005655' })
  })

  test('prints CSV with the fields of JSON as columns', async () => {
    const home = await homeWith([assistantLine(id), assistantLine(id, { model: 'nobody-knows-1' })])

    const { stdout } = await home.csl(['usage', 'model', '--csv'])

    expect(stdout.split('\n')).toEqual([
      'key,label,start,project,sessions,messages,inputTokens,outputTokens,cacheWrite5mTokens,cacheWrite1hTokens,cacheReadTokens,totalTokens,costUsd,unpricedCount,unpricedModels,unfinalizedCount',
      'claude-opus-4-8,claude-opus-4-8,,,1,1,10,20,0,0,0,30,0.00055,0,,0',
      'nobody-knows-1,nobody-knows-1,,,1,1,10,20,0,0,0,30,,1,nobody-knows-1,0',
      '',
    ])
  })

  test('by component adds up to the total', async () => {
    const home = await homeWith([assistantLine(id), assistantLine(id, { model: 'nobody-knows-1' })])

    const { stdout } = await home.csl(['usage', 'component', '--csv'])

    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'key,label,quantity,unit,unpricedQuantity,costUsd',
      'input,input,20,tokens,10,0.00005',
      'output,output,40,tokens,20,0.0005',
    ])
  })

  test('by session shows the dearest 50 and counts all, in every format', async () => {
    const home = makeHome()
    for (let i = 0; i < 52; i++) {
      const one = uuidOf(0x5000 + i)
      const usage = { input_tokens: 1000 * (i + 1), output_tokens: 0 }
      await home.writeTranscript('-home-dev', `${one}.jsonl`, [assistantLine(one, { usage })])
    }
    await home.csl(['backfill'])

    const json = JSON.parse((await home.csl(['usage', 'session', '--all', '--json'])).stdout)
    const whole = JSON.parse((await home.csl(['usage', 'session', '--all', '--limit', '0', '--json'])).stdout)
    const table = await home.csl(['usage', 'session', '--all'])

    expect(json.limit).toBe(50)
    expect(json.rows).toHaveLength(50)
    expect(json.rows[0]).toMatchObject({ key: uuidOf(0x5000 + 51), inputTokens: 52_000 })
    expect(json.totals).toMatchObject({ sessions: 52, messages: 52 })
    expect(whole.limit).toBeNull()
    expect(whole.rows).toHaveLength(52)
    expect(table.stdout).toContain('The 50 dearest are shown, the total counts all; --limit 0 shows all.')
  })

  test.each([
    [['usage', 'year'], 'usage knows no "year"', 'hour day week'],
    [['usage', '--since', 'tomorrowish'], 'This is not a date: tomorrowish', 'Try: today'],
    [['usage', '--timezone', 'Mars/Base'], 'no such time zone: Mars/Base', 'Europe/Berlin'],
    [['usage', '--since', '2026-11', '--until', '2026-10'], '--since is not before --until', 'both ends'],
    [['usage', '--limit', 'ten'], '--limit needs a number, not ten', '0 means all'],
    [['usage', '--json', '--csv'], '--json and --csv exclude each other', ''],
    [['usage', '--colour'], `unknown option '--colour'`, 'csl usage --help'],
  ])('refuses %j with a hint and exit code 2', async (args, message, hint) => {
    const { stdout, stderr, code } = await makeHome().csl(args)

    expect(stdout).toBe('')
    expect(stderr).toContain(`csl: ${message}`)
    expect(stderr).toContain(hint)
    expect(code).toBe(2)
  })

  test('of nothing is a friendly line, or an empty report', async () => {
    const home = makeHome()

    const table = await home.csl(['usage'])
    const json = await home.csl(['usage', 'model', '--json'])
    const csv = await home.csl(['usage', 'component', '--csv'])

    expect(table).toMatchObject({ code: 0, stdout: 'Nothing is recorded yet. Start with: csl backfill\n' })
    expect(JSON.parse(json.stdout)).toMatchObject({ rows: [], totals: { sessions: 0, costUsd: '0' } })
    expect(csv).toMatchObject({ code: 0, stdout: 'key,label,quantity,unit,unpricedQuantity,costUsd\n' })
  })
})
