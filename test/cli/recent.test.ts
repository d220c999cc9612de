import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { withStore } from '../../src/store/open.ts'
import { databaseOf } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'
import { hostile } from '../support/rich-home.ts'

const quiet = { code: 0, stdout: '', stderr: '' }
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

interface Session {
  readonly title: string
  readonly minutes: number
  readonly model?: string
}

/** A home in which these sessions were recorded; their ids count from 1. */
async function homeWith(...sessions: Session[]): Promise<Home> {
  const home = makeHome()
  for (const [index, { title, minutes, model = 'claude-opus-4-8' }] of sessions.entries()) {
    const id = uuidOf(index + 1)
    await home.writeTranscript('-home-dev-orchard-api', `${id}.jsonl`, [
      assistantLine(id, { at: minutesAgo(minutes), model, usage: { input_tokens: 1_000_000 } }),
      { type: 'ai-title', aiTitle: title, sessionId: id },
    ])
  }
  await home.csl(['backfill'])
  return home
}

const four: Session[] = [
  { title: 'Plant', minutes: 60 * 24 * 3 + 30 },
  { title: 'Water', minutes: 60 * 5 + 10 },
  { title: 'Prune', minutes: 12.5, model: 'nobody-knows-1' },
  { title: 'Harvest', minutes: 60 * 24 * 5 },
]

describe('csl recent', () => {
  test('shows the three sessions that ended last, newest first', async () => {
    const home = await homeWith(...four)

    const run = await home.csl(['recent'])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.split('\n')).toEqual([
      '12 min ago · orchard-api · Prune · 1.0M tokens · unpriced',
      '5 h ago · orchard-api · Water · 1.0M tokens · $5.00',
      '3 d ago · orchard-api · Plant · 1.0M tokens · $5.00',
      '',
    ])
  })

  test('shows as many as it is told', async () => {
    const home = await homeWith(...four)

    const runs = [await home.csl(['recent', '--limit', '1']), await home.csl(['recent', '--limit', '100'])]

    expect(runs.map(run => run.stdout.trimEnd().split('\n').length)).toEqual([1, 4])
  })

  test('shows nobody else’s', async () => {
    const home = await homeWith(...four)
    await withStore(databaseOf(home), { access: 'write' }, async db => {
      await db.run(`UPDATE sessions SET person_id = 'somebody else' WHERE title <> 'Water'`)
    })

    const run = await home.csl(['recent'])

    expect(run.stdout.trimEnd().split('\n')).toEqual([expect.stringContaining('Water')])
  })

  test.each([['0'], ['101'], ['2.5'], ['many'], ['']])('refuses --limit %j', async limit => {
    const run = await makeHome().csl(['recent', '--limit', limit])

    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('--limit is 1 to 100')
    expect(run.stderr).toContain('usage: csl recent')
  })

  test('refuses words that it does not know', async () => {
    const run = await makeHome().csl(['recent', '--colour'])

    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('--colour')
  })

  test('says where nothing has been recorded, and makes nothing', async () => {
    const home = makeHome()

    const run = await home.csl(['recent'])

    expect(run).toEqual({ ...quiet, stdout: 'no sessions yet; run: csl backfill\n' })
    expect(existsSync(home.dataFolder)).toBe(false)
  })

  test('says that another process holds the database', async () => {
    const home = await homeWith(...four)
    const lock = await holdLock(databaseOf(home))

    const run = await home.csl(['recent'])

    await lock.release()
    expect(run).toMatchObject({ code: 75, stdout: '' })
    expect(run.stderr).toContain('in use by another process')
  })
})

describe('csl recent --hook', () => {
  test('tells the person and not the model, in one line of JSON', async () => {
    const home = await homeWith(...four)

    const run = await home.csl(['recent', '--hook'], { input: '{"source":"startup"}' })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^[^\n]+\n$/)
    expect(JSON.parse(run.stdout)).toEqual({
      systemMessage: expect.stringMatching(/^Recent sessions:\n12 min ago .*\n5 h ago .*\n3 d ago [^\n]*$/),
      suppressOutput: true,
    })
  })

  test('holds nothing that a terminal would obey', async () => {
    const home = await homeWith({ title: hostile, minutes: 1 })

    const { systemMessage } = JSON.parse((await home.csl(['recent', '--hook'])).stdout)

    expect(systemMessage).toContain('Evil red')
    expect(systemMessage.replace('Recent sessions:\n', '')).not.toMatch(
      /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
    )
  })

  test.each<[string, (home: Home) => void]>([
    ['without a database', home => rmSync(databaseOf(home))],
    ['without the identity of this machine', home => rmSync(path.join(home.dataFolder, 'machine.json'))],
    [
      'with a broken identity',
      home => writeFileSync(path.join(home.dataFolder, 'machine.json'), '{"machineId"'),
    ],
    ['with a database that is none', home => writeFileSync(databaseOf(home), 'no database')],
    ['without a data folder', home => rmSync(home.dataFolder, { recursive: true })],
  ])('is silent %s', async (_, spoil) => {
    const home = await homeWith(...four)
    spoil(home)

    expect(await home.csl(['recent', '--hook'])).toEqual(quiet)
  })

  test('is silent while another process holds the database, and does not wait for it', async () => {
    const home = await homeWith(...four)
    const lock = await holdLock(databaseOf(home))

    const log = path.join(home.dataFolder, 'sync.log')
    const before = readFileSync(log, 'utf8')

    // The lock is let go only when the hook is gone.
    const run = await home.csl(['recent', '--hook'])

    await lock.release()
    expect(run).toEqual(quiet)
    expect(readFileSync(log, 'utf8')).toBe(before)
  })

  test('is silent where there is no session, and writes nothing', async () => {
    const home = makeHome()
    await home.csl(['init'])
    const before = readFileSync(databaseOf(home))

    expect(await home.csl(['recent', '--hook'])).toEqual(quiet)
    expect(readFileSync(databaseOf(home)).equals(before)).toBe(true)
  })

  test.each([
    [['--hook', '--colour']],
    [['--hook', '--limit']],
    [['--limit', 'many', '--hook']],
    [['--hook', 'word']],
  ])('never fails over words that it does not know: %j', async args => {
    const home = await homeWith(...four)

    const run = await home.csl(['recent', ...args])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(run.stdout).systemMessage.split('\n')).toHaveLength(4)
  })
})
