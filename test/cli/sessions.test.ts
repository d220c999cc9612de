import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'

const first = uuidOf(0xa1)
const second = `b${uuidOf(0xa2).slice(1)}`

const barn = `/home/dev/o'hara's barn`

async function homeWithTwo(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev', `${first}.jsonl`, [
    bornLine(first, '2026-10-01T09:59:00.000Z'),
    userLine(first, 'Mend the gate'),
    assistantLine(first, {
      id: messageId(1),
      usage: { input_tokens: 100_000, output_tokens: 10_000 },
      content: [
        { type: 'tool_use', id: 't1', name: 'Bash' },
        { type: 'tool_use', id: 't2', name: 'Bash' },
      ],
    }),
    { type: 'cost-state', totalCostUSD: 1.05, modelUsage: {}, sessionId: first },
  ])
  await home.writeTranscript('-home-dev', `${second}.jsonl`, [
    bornLine(second, '2026-10-02T09:59:00.000Z'),
    userLine(second, 'Sweep', { timestamp: '2026-10-02T10:29:00.000Z', cwd: barn }),
    assistantLine(second, { id: messageId(1), usage: { input_tokens: 100_000, output_tokens: 10_000 } }),
    assistantLine(second, {
      id: messageId(2),
      at: '2026-10-02T10:30:00.000Z',
      model: 'nobody-knows-1',
      stopReason: null,
    }),
  ])
  await home.csl(['backfill'])
  return home
}

describe('csl sessions', () => {
  test('lists them, newest first, in the zone that is named', async () => {
    const home = await homeWithTwo()

    const { stdout, code } = await home.csl(['sessions', '--timezone', 'Asia/Tokyo'])

    const lines = stdout.split('\n')
    expect(lines[0]).toBe('Sessions · all time · Asia/Tokyo')
    expect(lines[4]).toMatch(/^2026-10-02 19:30 {2}b0000000 {2}.* unpriced$/)
    expect(lines[5]).toMatch(/^2026-10-01 19:00 {2}00000000 {2}orchard-api +Mend the gate .* \$0\.75$/)
    expect(code).toBe(0)
  })

  test('says when the list ends before the sessions do', async () => {
    const home = await homeWithTwo()

    const { stdout } = await home.csl(['sessions', '--limit', '1'])
    const whole = await home.csl(['sessions', '--limit', '0'])

    expect(stdout).toMatch(/\n\nThe newest 1 are shown; --limit 0 shows all\.\n$/)
    expect(stdout).not.toContain('Mend the gate')
    expect(whole.stdout).toContain('Mend the gate')
    expect(whole.stdout).not.toContain('are shown')
  })

  test('is no wider than can be read where there is no terminal, and whole in JSON', async () => {
    const home = makeHome()
    const title = 'Mend the gate of the orchard '.repeat(10).trim()
    await home.writeTranscript('-home-dev-orchard-api', `${first}.jsonl`, [
      { type: 'ai-title', aiTitle: title, sessionId: first },
      assistantLine(first),
    ])

    const runs = [await home.csl(['sessions']), await home.csl(['usage', 'session', '--all'])]
    const json = await home.csl(['sessions', '--json'])

    for (const { stdout } of runs) {
      expect(stdout).toContain('Mend the gate of the orchard Mend')
      expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(160)
    }
    expect(JSON.parse(json.stdout).rows[0].title).toBe(title)
  })

  test('takes filters and says which', async () => {
    const home = await homeWithTwo()

    const found = await home.csl([
      'sessions',
      '--search',
      'GATE mend',
      '--since',
      '2026-10-01',
      '--until',
      '2026-10-01',
    ])
    const nothing = await home.csl(['sessions', '--model', 'haiku'])

    expect(found.stdout).toMatch(/^Sessions · 2026-10-01 · UTC · search GATE mend\n/)
    expect(found.stdout).toContain('Mend the gate')
    expect(nothing).toMatchObject({
      code: 0,
      stdout: 'Sessions · all time · UTC · model haiku\n\nNo session fits.\n',
    })
  })

  test('prints the same sessions as JSON and CSV', async () => {
    const home = await homeWithTwo()

    const json = JSON.parse((await home.csl(['sessions', '--json'])).stdout)
    const csv = (await home.csl(['sessions', '--csv'])).stdout.split('\n')

    expect(json).toMatchObject({ since: null, until: null, limit: 50 })
    expect(json.rows.map((row: { id: string }) => row.id)).toEqual([second, first])
    expect(json.rows[1]).toMatchObject({ costUsd: '0.75', clientCostUsd: '1.05', inheritedCostUsd: null })
    expect(json.rows[0]).toMatchObject({
      costUsd: null,
      inheritedCostUsd: '0.75',
      models: ['nobody-knows-1'],
    })
    expect(csv[0]?.split(',').sort()).toEqual(Object.keys(json.rows[0]).sort())
    expect(csv[2]).toMatch(new RegExp(`^${first},Mend the gate,orchard-api,`))
  })

  test('of nothing is a friendly line, or an empty list', async () => {
    const home = makeHome()

    const table = await home.csl(['sessions'])
    const json = await home.csl(['sessions', '--json'])

    expect(table).toMatchObject({ code: 0, stdout: 'Nothing is recorded yet. Start with: csl backfill\n' })
    expect(JSON.parse(json.stdout).rows).toEqual([])
  })

  test('catches up with what no hook announced', async () => {
    const home = await homeWithTwo()
    const late = `c${uuidOf(0xa3).slice(1)}`
    await home.writeTranscript('-home-dev', `${late}.jsonl`, [userLine(late, 'Just now')])

    const { stdout, stderr } = await home.csl(['sessions'])

    expect(stdout).toContain('Just now')
    expect(stderr).toBe('')
  })
})

describe('csl session', () => {
  test('shows one in full: times, models, components, tools, the client’s own sum and how to continue it', async () => {
    const home = await homeWithTwo()

    const { stdout, code } = await home.csl(['session', '00000000'])

    expect(stdout).toMatch(/^Mend the gate\n\nSession {12}00000000-/)
    for (const line of [
      /^Folder +\/home\/dev\/orchard-api$/m,
      /^Type +general \(why: csl classify 00000000\)$/m,
      /^Started +2026-10-01 09:59 \(UTC\)$/m,
      /^Lasted +1 min, active 1 min$/m,
      /^Prompts +1$/m,
      /^Tools +Bash ×2$/m,
      /^claude-opus-4-8 +1 +100K +10\.0K .* \$0\.75$/m,
      /^output +10\.0K +\$0\.25$/m,
      /^Total +110K +\$0\.75$/m,
      /^Client's sum +\$1\.05$/m,
      /^Not in transcript +\$0\.30$/m,
      new RegExp(`^cd /home/dev/orchard-api && claude --resume ${first}$`, 'm'),
    ])
      expect(stdout).toMatch(line)
    expect(code).toBe(0)
  })

  test('tells what is inherited, unpriced and unfinalized, and quotes the folder', async () => {
    const home = await homeWithTwo()

    const { stdout } = await home.csl(['session', 'B'])

    for (const line of [
      /^API price +unpriced /m,
      /^Inherited +1 message, 110K tokens, \$0\.75: repeated from other sessions and counted there$/m,
      /^No price for +nobody-knows-1 \(see: csl prices\)$/m,
      /^Unfinalized +1 message, whose output tokens may be a lower bound$/m,
      /^cd '\/home\/dev\/o'\\''hara'\\''s barn' && claude --resume b0000000-/m,
    ])
      expect(stdout).toMatch(line)
  })

  test('of a fork misses nothing in the transcript that the client counted for its origin', async () => {
    const home = makeHome()
    const [origin, fork] = [uuidOf(0x71), uuidOf(0x72)]
    const first = { id: messageId(71), at: '2026-10-01T10:00:05.000Z', usage: { input_tokens: 100_000 } }
    const own = { id: messageId(72), at: '2026-10-02T10:00:05.000Z', usage: { input_tokens: 10_000 } }
    await home.writeTranscript('-home-dev', `${origin}.jsonl`, [
      bornLine(origin, '2026-10-01T10:00:00.000Z'),
      assistantLine(origin, first),
    ])
    await home.writeTranscript('-home-dev', `${fork}.jsonl`, [
      bornLine(fork, '2026-10-02T10:00:00.000Z'),
      assistantLine(fork, first),
      assistantLine(fork, own),
      { type: 'cost-state', totalCostUSD: 0.56, modelUsage: {}, sessionId: fork },
    ])
    await home.csl(['backfill'])

    const report = JSON.parse((await home.csl(['session', fork, '--json'])).stdout)

    expect(report).toMatchObject({
      costUsd: '0.05',
      inheritedCostUsd: '0.5',
      clientCostUsd: '0.56',
      notInTranscriptUsd: '0.01',
    })
  })

  test('gives programs the same', async () => {
    const home = await homeWithTwo()

    const report = JSON.parse((await home.csl(['session', first, '--json'])).stdout)

    expect(report).toMatchObject({
      id: first,
      costUsd: '0.75',
      clientCostUsd: '1.05',
      notInTranscriptUsd: '0.3',
      resume: `cd /home/dev/orchard-api && claude --resume ${first}`,
      toolUses: [{ name: 'Bash', count: 2 }],
      modelUsage: [{ model: 'claude-opus-4-8', inputTokens: 100_000, costUsd: '0.75' }],
    })
    expect(report.components.map((row: { costUsd: string }) => row.costUsd)).toEqual([
      '0.5',
      '0.25',
      '0',
      '0',
      '0',
      '0',
    ])
  })

  test('names the sessions that fit a beginning, and fails', async () => {
    const home = await homeWithTwo()
    const twin = `b${uuidOf(0xb2).slice(1)}`
    await home.writeTranscript('-home-dev', `${twin}.jsonl`, [userLine(twin, 'A twin')])

    const several = await home.csl(['session', 'b0'])
    const none = await home.csl(['session', 'c'])

    expect(several.stderr.split('\n').filter(line => /^ {5}b0000000/.test(line))).toHaveLength(2)
    expect(several).toMatchObject({ code: 1, stdout: '' })
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toContain('csl: there is no session c\n')
  })
})
