import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCode, UserError } from '../../src/base/errors.ts'
import { withStore } from '../../src/store/open.ts'
import type { Db } from '../../src/store/query.ts'
import type { PlainValue } from '../../src/store/statement.ts'

let folder: string
let file: string

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'csl-statement-'))
  file = path.join(folder, 'sessions.duckdb')
  writeFileSync(path.join(folder, 'other.csv'), 'a,b\n1,2\n')
  await withStore(file, { access: 'write' }, async db => {
    await db.run(`INSERT INTO meta (key, value) VALUES ('color', 'green')`)
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read<T>(work: (db: Db) => Promise<T>): Promise<T> {
  return withStore(file, { access: 'read' }, work)
}

async function rowsOf(sql: string): Promise<(readonly PlainValue[])[]> {
  return read(async db => {
    const rows: (readonly PlainValue[])[] = []
    for await (const batch of (await db.statement(sql)).batches()) rows.push(...batch)
    return rows
  })
}

async function valueFrom(expression: string): Promise<PlainValue | undefined> {
  return (await rowsOf(`SELECT ${expression} AS value`))[0]?.[0]
}

async function refusalOf(sql: string): Promise<UserError> {
  const error = await rowsOf(sql).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw new Error(`not refused: ${String(error)}`)
  return error
}

describe('a query', () => {
  test.each([
    `SELECT value FROM meta WHERE key = 'color'`,
    `FROM meta SELECT value WHERE key = 'color';`,
    `WITH m AS (FROM meta) SELECT value FROM m WHERE key = 'color' -- the one`,
    `VALUES ('green')`,
  ])('is answered: %s', async sql => {
    expect(await rowsOf(sql)).toEqual([['green']])
  })

  test.each([`DESCRIBE meta`, `SHOW TABLES`, `PRAGMA table_info('meta')`, `SUMMARIZE meta`])(
    'that describes the tables is answered: %s',
    async sql => {
      const rows = await rowsOf(sql)

      expect(rows.length).toBeGreaterThan(1)
    },
  )

  test('keeps the names it gives its columns, and tells numbers from text', async () => {
    const columns = await read(
      async db => (await db.statement(`SELECT 1 AS "Some_Name", 'x' AS "a b", 1.5 AS a, 2 AS a`)).columns,
    )

    expect(columns).toEqual([
      { name: 'Some_Name', isNumber: true },
      { name: 'a b', isNumber: false },
      { name: 'a', isNumber: true },
      { name: 'a:1', isNumber: true },
    ])
  })

  test('comes in batches, and the rest of them may stay unread', async () => {
    const first = await read(async db => {
      const { batches } = await db.statement('SELECT * FROM range(100000000)')
      for await (const rows of batches()) return rows.length
      return 0
    })

    // The file is free again: a writer gets it.
    await withStore(file, { access: 'write' }, async db => db.run(`DELETE FROM meta WHERE key = 'none'`))
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(100_000)
  })
})

describe('a value', () => {
  test.each<[string, PlainValue]>([
    ['NULL', null],
    ['TRUE', true],
    ['42::TINYINT', 42],
    ['9007199254740993::BIGINT', 9007199254740993n],
    ['170141183460469231731687303715884105727::HUGEINT', 170141183460469231731687303715884105727n],
    ['0.1::DOUBLE', 0.1],
    [`'Infinity'::DOUBLE`, 'Infinity'],
    [`'nan'::DOUBLE`, 'NaN'],
    ['1.10::DECIMAL(38, 12)', '1.100000000000'],
    [`'text'`, 'text'],
    [`DATE '2026-11-20'`, '2026-11-20'],
    [`TIME '10:20:30.5'`, '10:20:30.5'],
    [`TIMESTAMP '2026-11-20 10:20:30'`, '2026-11-20 10:20:30'],
    [`TIMESTAMPTZ '2026-11-20 10:20:30.000001+02'`, '2026-11-20T08:20:30.000001Z'],
    [`TIMESTAMPTZ 'infinity'`, 'infinity'],
    [`INTERVAL '1 month 2 days'`, '1 month 2 days'],
    [`'00000000-0000-4000-8000-000000000001'::UUID`, '00000000-0000-4000-8000-000000000001'],
    [`'a\\x00b'::BLOB`, 'a\\x00b'],
    [`'101'::BIT`, '101'],
    [`'a'::ENUM('a', 'b')`, 'a'],
    [`[1, NULL, 3]`, [1, null, 3]],
    [`array_value(1, 2)`, [1, 2]],
    [`{a: 1, b: [{c: DATE '2026-11-20'}]}`, { a: 1, b: [{ c: '2026-11-20' }] }],
    [`MAP {'k': 1}`, [{ key: 'k', value: 1 }]],
    [`union_value(n := 7)`, 7],
    [`'{"a": 1}'::JSON`, '{"a": 1}'],
  ])('%s is plain', async (expression, expected) => {
    expect(await valueFrom(expression)).toEqual(expected)
  })

  test('of every type that DuckDB has can be read', async () => {
    const rows = await rowsOf('SELECT * FROM test_all_types()')

    const isPlain = (value: PlainValue | undefined): boolean =>
      value === null ||
      ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ||
      (Array.isArray(value) ? value.every(isPlain) : Object.values(value ?? {}).every(isPlain))
    expect(rows).toHaveLength(3)
    expect(rows.flat().every(isPlain)).toBe(true)
  })
})

describe('refused', () => {
  test.each([
    `INSERT INTO meta (key, value) VALUES ('a', 'b')`,
    `UPDATE meta SET value = 'red'`,
    `DELETE FROM meta`,
    `DROP TABLE meta`,
    `ALTER TABLE meta ADD COLUMN x INTEGER`,
    `CREATE TABLE t AS SELECT 1`,
    `CREATE TEMP TABLE t AS SELECT 1`,
    `CREATE OR REPLACE VIEW usage AS SELECT 1`,
    `MERGE INTO meta USING (SELECT 1) ON TRUE WHEN MATCHED THEN DELETE`,
    `ATTACH ':memory:' AS other`,
    `DETACH sessions`,
    `USE main`,
    `SET enable_external_access = true`,
    `RESET threads`,
    `SET VARIABLE x = 1`,
    `PRAGMA enable_profiling`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `CALL pragma_version()`,
    `CHECKPOINT`,
    `VACUUM`,
    `BEGIN`,
    `PREPARE p AS SELECT 1`,
    `EXPLAIN ANALYZE SELECT 1`,
  ])('as it is no query: %s', async sql => {
    const { message, code } = await refusalOf(sql)

    expect(message).toMatch(/^only queries can be run/)
    expect(code).toBe(exitCode.usage)
  })

  test.each(['SELECT 1; SELECT 2', `SELECT 1; DROP TABLE meta`])('as it is more than one: %s', async sql => {
    const { message, code } = await refusalOf(sql)

    expect(message).toBe('give one statement, not several')
    expect(code).toBe(exitCode.usage)
  })

  test('as a PIVOT is several where it does not list its columns, with a hint', async () => {
    const { hint } = await refusalOf('PIVOT meta ON key USING max(value)')
    const rows = await rowsOf(`PIVOT meta ON key IN ('color') USING max(value)`)

    expect(hint).toContain('IN (')
    expect(rows.flat()).toContain('green')
  })

  test.each(['', ' ', ';', '-- nothing'])('as it is none: %j', async sql => {
    const { message, code } = await refusalOf(sql)

    expect(message).toBe('there is no statement')
    expect(code).toBe(exitCode.usage)
  })

  test.each([
    ['read_csv', `SELECT * FROM read_csv('FOLDER/other.csv')`],
    ['the open file itself', `SELECT size FROM read_blob('FOLDER/sessions.duckdb')`],
    ['a file as a table', `SELECT * FROM 'FOLDER/other.csv'`],
    ['read_text', `SELECT * FROM read_text('FOLDER/other.csv')`],
    ['read_blob', `SELECT * FROM read_blob('FOLDER/other.csv')`],
    ['read_json', `SELECT * FROM read_json('FOLDER/other.csv')`],
    ['read_parquet', `SELECT * FROM read_parquet('FOLDER/other.csv')`],
    ['sniff_csv', `SELECT * FROM sniff_csv('FOLDER/other.csv')`],
    ['glob', `SELECT * FROM glob('FOLDER/*')`],
    ['a query inside of a text', `FROM query('SELECT * FROM read_csv(''FOLDER/other.csv'')')`],
    ['ATTACH', `ATTACH 'FOLDER/new.duckdb'`],
    ['COPY of a table', `COPY meta TO 'FOLDER/out.csv'`],
    ['COPY of a query', `COPY (SELECT 1) TO 'FOLDER/out.csv'`],
    ['EXPORT', `EXPORT DATABASE 'FOLDER/out'`],
    ['a profile', `SELECT * FROM enable_profiling(format := 'json', save_location := 'FOLDER/out.json')`],
  ])('as it would touch another file, or without effect on one: %s', async (_, sql) => {
    const before = readdirSync(folder).sort()

    const answer = await rowsOf(sql.replaceAll('FOLDER', folder)).catch((error: unknown) => error)

    const isNothing = Array.isArray(answer) && answer.length === 0
    expect(isNothing || answer instanceof UserError).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(before)
    expect(existsSync(path.join(folder, 'out.json'))).toBe(false)
  })

  test('with the words of DuckDB on one line, as it is wrong', async () => {
    const { message, hint, code } = await refusalOf('SELECT colour FROM meta')

    expect(message).toMatch(/^Binder Error: Referenced column "colour" not found/)
    expect(message).not.toMatch(/\n|LINE 1/)
    expect(hint).toContain('docs/schema.md')
    expect(code).toBe(exitCode.failure)
  })

  test('as it fails on the way', async () => {
    const { message } = await refusalOf(`SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'color'`)

    expect(message).toMatch(/^Conversion Error/)
  })

  test('as it was interrupted', async () => {
    const error = await read(async db => {
      const stop = setInterval(() => db.interrupt(), 20)
      try {
        return await rowsFrom(db, 'SELECT count(*) FROM range(1000000000) a, range(1000000) b')
      } catch (thrown) {
        return thrown
      } finally {
        clearInterval(stop)
      }
    })

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ message: 'interrupted', code: exitCode.interrupted })
  })

  async function rowsFrom(db: Db, sql: string): Promise<unknown> {
    for await (const rows of (await db.statement(sql)).batches()) return rows
    return undefined
  }
})
