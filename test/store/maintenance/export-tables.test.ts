import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { withEngine } from '../../../src/store/maintenance/engine.ts'
import { exportTables } from '../../../src/store/maintenance/export-tables.ts'
import { aFilledDatabase, aFolder, change } from '../../support/filled-database.ts'

const hostile = [
  '=1+1',
  '+cmd',
  '@SUM(A1)',
  '-2',
  'a,"b"\r\nc',
  "'; DROP",
  '\x1b[2J',
  'NULL',
  '',
  'ünï\u2028',
  ' x ',
]

test('every cell comes back as it was, from JSON lines and from CSV', async () => {
  const database = await aFilledDatabase()
  await change(database, async db => {
    await db.run(
      `CREATE TABLE odd (n INTEGER, t VARCHAR, d DECIMAL(38, 12), h HUGEINT, z TIMESTAMPTZ, l VARCHAR[])`,
    )
    for (const [n, t] of [...hostile, null].entries())
      await db.run(
        `INSERT INTO odd VALUES ($n, $t, 12345678901234567890.123456789012, 170141183460469231731687303715884105727,
           TIMESTAMPTZ '2026-03-29 01:30:00.000001+00', ['a', NULL])`,
        { n, t },
      )
  })
  const folder = aFolder()

  const done = await exportTables(database, folder, { waitMs: 0 })

  const from = (file: string) => `'${path.join(folder, file)}'`
  const types = `{n: 'INTEGER', t: 'VARCHAR', d: 'DECIMAL(38, 12)', h: 'HUGEINT', z: 'TIMESTAMPTZ', l: 'VARCHAR[]'}`
  await withEngine({ file: database }, async ({ db, attach }) => {
    await attach(database, 'source', { access: 'read' })
    const sum = async (table: string) =>
      (await db.rows(`SELECT count(*) AS n, sum(hash(t))::VARCHAR AS hash FROM ${table} t`))[0]
    const before = await sum('source.odd')
    expect(
      await sum(`read_json(${from('odd.jsonl')}, format = 'newline_delimited', columns = ${types})`),
    ).toEqual(before)
    const csv = `read_csv(${from('odd.csv')}, header = true, allow_quoted_nulls = false, columns = ${types})`
    expect(await sum(csv)).toEqual(before)
  })
  expect(done.find(({ table }) => table === 'usage_records')).toMatchObject({
    rows: 3000,
    files: ['usage_records.jsonl', 'usage_records.csv'],
  })
  const [line = ''] = readFileSync(path.join(folder, 'usage_records.jsonl'), 'utf8').split('\n')
  expect(JSON.parse(line)).toMatchObject({
    seq: 1,
    occurred_at: '2026-10-01T00:00:01.123456Z',
    counted: true,
  })
  for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600)
})

test('a table of whatever name becomes a file of this folder', async () => {
  const database = await aFilledDatabase()
  await change(database, db =>
    db.run(
      `CREATE SCHEMA s; CREATE TABLE s."../../evil'" AS SELECT 1 AS a; CREATE TABLE s."a.b" AS SELECT 2 AS a`,
    ),
  )
  const folder = path.join(aFolder(), "it's here")
  mkdirSync(folder)

  const done = await exportTables(database, folder, { waitMs: 0 })

  const files = done.flatMap(table => table.files)
  expect(new Set(files).size).toBe(files.length)
  expect(readdirSync(folder).sort()).toEqual([...files].sort())
  expect(readdirSync(path.dirname(folder))).toEqual(["it's here"])
})
