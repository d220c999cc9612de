import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { select } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, messageId, userLine, uuidOf } from '../support/lines.ts'

// What people set in the data folder holds for all that is recorded, with or without the transcripts.

const session = uuidOf(0x5e55)

/** One message of a model with a price and one of a model that nobody knows: a million tokens in each. */
async function aHome(): Promise<Home> {
  const home = makeHome()
  const usage = { input_tokens: 1_000_000, output_tokens: 0 }
  await home.writeTranscript('-home-dev-orchard-api', `${session}.jsonl`, [
    userLine(session, 'Plant the orchard'),
    assistantLine(session, { id: messageId(1), model: 'claude-opus-4-8', usage }),
    assistantLine(session, { id: messageId(2), model: 'orchard-1', usage }),
  ])
  const run = await home.csl(['backfill'])
  if (run.code !== 0) throw new Error(run.stderr)
  return home
}

function withoutTranscripts(home: Home): void {
  rmSync(path.join(home.claudeRoot, 'projects'), { recursive: true })
}

function set(home: Home, file: string, content: object | string): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(path.join(home.dataFolder, file), text)
}

function log(home: Home): string {
  const file = path.join(home.dataFolder, 'sync.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

async function shown(home: Home): Promise<unknown> {
  const [row] = await select(
    home,
    `SELECT cost_usd::DECIMAL(38, 2)::VARCHAR AS cost, unpriced_count AS unpriced, unpriced_models AS models, revision
     FROM sessions`,
  )
  return row
}

const orchardPrice = { 'orchard-1': { input: 7, output: 1, cache_write: 1, cache_read: 1 } }

describe('prices', () => {
  test('of a model that had none count for what was recorded, though the transcripts are gone', async () => {
    const home = await aHome()
    const before = await shown(home)
    withoutTranscripts(home)
    set(home, 'prices.json', orchardPrice)

    const run = await home.csl(['usage', 'session'])

    expect(run.code, run.stderr).toBe(0)
    expect(before).toEqual({ cost: '5.00', unpriced: 1, models: 'orchard-1', revision: 1 })
    expect(await shown(home)).toEqual({ cost: '12.00', unpriced: 0, models: null, revision: 2 })
    expect(
      await select(home, `SELECT cost_usd::DECIMAL(38, 2)::VARCHAR AS cost FROM session_models ORDER BY 1`),
    ).toEqual([{ cost: '5.00' }, { cost: '7.00' }])
  })

  test('that change send nothing anywhere: no observation is written anew', async () => {
    const home = await aHome()
    const observations = () => select(home, `SELECT message_key, seq FROM usage_records ORDER BY seq`)
    const before = await observations()
    set(home, 'prices.json', { ...orchardPrice, 'claude-opus-4-8': orchardPrice['orchard-1'] })

    await home.csl(['backfill'])

    expect(await shown(home)).toMatchObject({ cost: '14.00' })
    expect(await observations()).toEqual(before)
  })

  test('that are taken back give what was there before', async () => {
    const home = await aHome()
    set(home, 'prices.json', { ...orchardPrice, 'claude-opus-4-8': orchardPrice['orchard-1'] })
    await home.csl(['backfill'])
    rmSync(path.join(home.dataFolder, 'prices.json'))
    withoutTranscripts(home)

    await home.csl(['sessions', '--json'])

    expect(await shown(home)).toMatchObject({ cost: '5.00', unpriced: 1, models: 'orchard-1' })
  })

  test('that are missing are said once in the log, and in every report', async () => {
    const home = await aHome()
    await home.writeTranscript('-home-dev-orchard-api', `${uuidOf(2)}.jsonl`, [
      assistantLine(uuidOf(2), { model: 'orchard-1' }),
    ])

    const run = await home.csl(['backfill'])
    const usage = await home.csl(['usage', 'model', '--since', '2026-01-01'])

    expect(log(home).match(/no price for model orchard-1/g)).toHaveLength(1)
    expect(run.stdout).toContain('no price for: orchard-1')
    expect(usage.stdout + usage.stderr).toContain('orchard-1')
  })

  test.each([
    ['no JSON', '{"orchard-1": '],
    ['JSON of another kind', '[1, 2]'],
    ['a price that is no number', '{"orchard-1": {"input": "seven", "output": 1}}'],
  ])('in a file of %s are left out, and the log says so once', async (_, text) => {
    const home = await aHome()
    set(home, 'prices.json', text)

    const runs = [await home.csl(['backfill']), await home.csl(['usage'])]

    expect(runs.map(run => run.code)).toEqual([0, 0])
    expect(await shown(home)).toMatchObject({ cost: '5.00', unpriced: 1 })
    expect(log(home).match(/settings: prices\.json/g)).toHaveLength(1)
  })
})

describe('rules for the type of a session', () => {
  async function types(home: Home): Promise<unknown[]> {
    return (await select<{ type: string }>(home, `SELECT session_type AS type FROM sessions`)).map(
      row => row.type,
    )
  }

  test('that change hold for what was recorded, with the next command', async () => {
    const home = await aHome()
    const before = await types(home)
    withoutTranscripts(home)
    set(home, 'session_types.yaml', '- type: gardening\n  path: [orchard]\n')

    await home.csl(['usage'])

    expect(before).toEqual(['general'])
    expect(await types(home)).toEqual(['gardening'])
  })

  test.each([
    ['no YAML', '- type: [gardening\n'],
    ['YAML of another kind', 'just words\n'],
    ['bytes', '\u0000\u0001\u0002'],
  ])('in a file of %s are left out, and the log says so once', async (_, text) => {
    const home = await aHome()
    set(home, 'session_types.yaml', text)

    const runs = [await home.csl(['backfill']), await home.csl(['usage'])]

    expect(runs.map(run => run.code)).toEqual([0, 0])
    expect(await types(home)).toEqual(['general'])
    expect(log(home).match(/settings: session_types\.yaml/g)).toHaveLength(1)
  })
})

test('what is written is for the person alone', async () => {
  const home = await aHome()
  await home.csl(['init'])
  await home.csl(['record', '--no-sync'], { input: JSON.stringify({ session_id: session }) })

  const mode = (file: string) => (statSync(path.join(home.dataFolder, file)).mode & 0o777).toString(8)

  expect(['', 'spool'].map(mode)).toEqual(['700', '700'])
  expect(['sessions.duckdb', 'machine.json', 'sync.log', 'hook.sh'].map(mode)).toEqual([
    '600',
    '600',
    '600',
    '700',
  ])
})

test('what was open to others is closed with the next writing, but not what lies elsewhere', async () => {
  const home = await aHome()
  await home.csl(['init'])
  const hook = { input: 'no payload' }
  await home.csl(['record', '--no-sync'], hook)
  const names = ['', 'spool', 'spool/failed', 'sessions.duckdb', 'machine.json', 'sync.log', 'hook.sh']
  const files = names.map(name => path.join(home.dataFolder, name))
  for (const file of files) chmodSync(file, 0o755)
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)

  await home.csl(['init'])
  await home.csl(['record', '--no-sync'], hook)

  expect(files.map(mode)).toEqual(files.map(() => '700'))

  const elsewhere = path.join(home.folder, 'elsewhere')
  for (const name of ['sessions.duckdb', 'sync.log']) {
    const file = path.join(home.dataFolder, name)
    renameSync(file, `${elsewhere}-${name}`)
    symlinkSync(`${elsewhere}-${name}`, file)
    chmodSync(file, 0o755)
  }

  await home.csl(['record', '--no-sync'], hook)

  expect([`${elsewhere}-sessions.duckdb`, `${elsewhere}-sync.log`].map(mode)).toEqual(['755', '755'])
})
