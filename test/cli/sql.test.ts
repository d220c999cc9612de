import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, homeIn, mainFile, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const id = uuidOf(0x51)
let home: Home

beforeAll(async () => {
  home = homeIn(mkdtempSync(path.join(tmpdir(), 'csl-test-')))
  await home.writeTranscript('-home-dev', `${id}.jsonl`, [
    assistantLine(id),
    assistantLine(id, { model: 'new-1' }),
  ])
  await home.csl(['backfill'])
})

afterAll(() => rmSync(home.folder, { recursive: true, force: true }))

const byModel =
  'SELECT model, sum(total_tokens) AS tokens, sum(cost_usd) AS cost FROM usage GROUP BY model ORDER BY model'

describe('csl sql', () => {
  test('shows the answer as a table, numbers to the right', async () => {
    const { stdout, stderr, code } = await home.csl(['sql', byModel])

    expect(stdout.split('\n')).toEqual([
      'model            tokens            cost',
      '───────────────  ──────  ──────────────',
      'claude-opus-4-8      30  0.000550000000',
      'new-1                30',
      '',
    ])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  })

  test('prints it as JSON, one row a line', async () => {
    const { stdout } = await home.csl(['sql', byModel, '--json'])

    expect(stdout.split('\n')).toHaveLength(5)
    expect(JSON.parse(stdout)).toEqual([
      { model: 'claude-opus-4-8', tokens: 30, cost: '0.000550000000' },
      { model: 'new-1', tokens: 30, cost: null },
    ])
  })

  test('prints it as CSV', async () => {
    const { stdout } = await home.csl([
      'sql',
      `SELECT [1, 2] AS list, {a: 'x,y'} AS struct, NULL AS nothing`,
      '--csv',
    ])

    expect(stdout).toBe('list,struct,nothing\n"[1,2]","{""a"":""x,y""}",\n')
  })

  test('prints an empty answer as an empty list, or the names of its columns', async () => {
    const sql = 'SELECT model, part FROM usage WHERE FALSE'

    expect((await home.csl(['sql', sql, '--json'])).stdout).toBe('[]\n')
    expect((await home.csl(['sql', sql, '--csv'])).stdout).toBe('model,part\n')
    expect((await home.csl(['sql', sql])).stdout).toBe('model  part\n─────  ────\n')
  })

  test('shows the first 1000 rows of a long answer and says so; JSON and CSV have all', async () => {
    const sql = 'SELECT range AS n FROM range(5000) ORDER BY n'

    const table = await home.csl(['sql', sql])
    const json = await home.csl(['sql', sql, '--json'])
    const csv = await home.csl(['sql', sql, '--csv'])

    expect(table.stdout.trimEnd().split('\n')).toHaveLength(1002)
    expect(table.stderr).toBe('only the first 1000 rows: --json and --csv give all\n')
    expect(JSON.parse(json.stdout).at(-1)).toEqual({ n: 4999 })
    expect(csv.stdout.trimEnd().split('\n').slice(-1)).toEqual(['4999'])
    expect(csv.stdout.match(/n/g)).toHaveLength(1)
  })

  test.each([
    [`SELECT * FROM read_csv('FOLDER/x.csv')`, 1],
    [`ATTACH 'FOLDER/x.duckdb'`, 2],
    [`COPY sessions TO 'FOLDER/out.csv'`, 1],
    [`SET enable_external_access = true`, 2],
    [`DROP TABLE sessions`, 2],
    [`INSTALL httpfs`, 2],
    [`SELECT 1; SELECT 2`, 2],
    [`SELEC 1`, 1],
    [``, 2],
  ])('refuses %s', async (sql, expected) => {
    writeFileSync(path.join(home.folder, 'x.csv'), 'secret\n1\n')
    const before = readdirSync(home.folder)

    const { stdout, stderr, code } = await home.csl(['sql', sql.replace('FOLDER', home.folder)])

    expect(stdout).toBe('')
    expect(stderr).toMatch(/^csl: /)
    expect(code).toBe(expected)
    expect(readdirSync(home.folder)).toEqual(before)
  })

  test('stops at Ctrl-C with exit code 130', async () => {
    const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b'
    const child = spawn(process.execPath, [mainFile, 'sql', endless], { env: home.env })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    // Until the query runs an interruption is the default one, which has the same code in a shell.
    const timer = setInterval(() => child.kill('SIGINT'), 3000)

    const code = await new Promise<number | string | null>(resolve => {
      child.on('exit', (exit, signal) => resolve(exit ?? signal))
    })

    clearInterval(timer)
    expect(code).toBe(130)
    expect(said).toBe('csl: interrupted\n')
  })

  test('says where nothing has been recorded', async () => {
    const { stdout, stderr, code } = await makeHome().csl(['sql', 'SELECT 1'])

    expect(stdout).toBe('')
    expect(stderr).toBe('csl: nothing is recorded yet\n     run: csl backfill\n')
    expect(code).toBe(1)
  })
})
