import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { errorOf } from './remotes.ts'

/** A remote's database that is there for one test. */
export interface Scratch {
  open(): Promise<SqlTransport>
  dispose(): Promise<void>
}

/** What every way to carry SQL to a remote must do. */
export function describeTransport(name: string, makeScratch: () => Promise<Scratch>): void {
  describe(`${name}:`, () => {
    let scratch: Scratch
    let transport: SqlTransport

    beforeEach(async () => {
      scratch = await makeScratch()
      transport = await scratch.open()
    })

    afterEach(async () => {
      await transport.close()
      await scratch.dispose()
    })

    test.each([
      ['nothing', null],
      ['an empty text', ''],
      ['quotes', `it's "quoted" \\ $1 ; -- /* */`],
      ['other scripts and signs', 'Grüße, 日本語, 🦆, e\u0301, \u202e, \ufeff'],
      ['line ends and controls', 'a\r\nb\tc\u0001\u001b[31m'],
      ['a NUL', 'a\0b'],
      ['a megabyte', 'ü🦆\n'.repeat(150_000)],
    ])('%s comes back as it went', async (_, value) => {
      expect(await transport.query('SELECT $1::VARCHAR AS v', [value])).toEqual([{ v: value }])
    })

    test('text that is no Unicode arrives with a mark in its place', async () => {
      expect(await transport.query('SELECT $1::VARCHAR AS v', ['a\ud800b'])).toEqual([{ v: 'a\ufffdb' }])
    })

    test('several columns and rows keep their names and order, and NULL among them', async () => {
      const rows = await transport.query(
        `SELECT i::VARCHAR AS i, CASE WHEN i % 2 = 0 THEN $1 END AS "even One" FROM range(5000) t(i) ORDER BY t.i`,
        ['yes'],
      )

      expect(rows).toHaveLength(5000)
      expect(rows.slice(0, 2)).toEqual([
        { i: '0', 'even One': 'yes' },
        { i: '1', 'even One': null },
      ])
      expect(rows.at(-1)).toEqual({ i: '4999', 'even One': null })
    })

    test('parameters may be used in any order, and several times', async () => {
      const rows = await transport.query('SELECT $2 || $1 || $2 AS v, $3::BIGINT::VARCHAR AS n', [
        'a',
        'b',
        '7',
      ])

      expect(rows).toEqual([{ v: 'bab', n: '7' }])
    })

    test('a statement that answers no rows answers an empty list', async () => {
      const answers = [
        await transport.query('CREATE TABLE t (v VARCHAR)'),
        await transport.query('INSERT INTO t VALUES ($1), ($2)', ['a', 'b']),
        await transport.query('UPDATE t SET v = $1', ['c']),
        await transport.query('DELETE FROM t WHERE false'),
        await transport.query('SELECT v FROM t WHERE false'),
      ]

      expect(answers).toEqual([[], [], [], [], []])
      expect(await transport.query('SELECT v FROM t')).toEqual([{ v: 'c' }, { v: 'c' }])
    })

    test('5,000 rows go as one JSON parameter', async () => {
      const columns = {
        id: Array.from({ length: 5000 }, (_, i) => `id-${i}`),
        n: Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? null : i)),
      }
      await transport.query('CREATE TABLE t (id VARCHAR, n BIGINT)')

      await transport.query(
        `INSERT INTO t (id, n)
         SELECT unnest(c.id), unnest(c.n)
         FROM (SELECT from_json($1::JSON, '{"id": ["VARCHAR"], "n": ["BIGINT"]}') AS c)`,
        [JSON.stringify(columns)],
      )

      const [sums] = await transport.query(
        `SELECT count(*)::VARCHAR AS rows, count(n)::VARCHAR AS known, sum(n)::VARCHAR AS sum,
           count(DISTINCT id)::VARCHAR AS ids FROM t`,
      )
      const known = columns.n.filter(n => n !== null)
      expect(sums).toEqual({
        rows: '5000',
        known: String(known.length),
        sum: String(known.reduce((sum, n) => sum + n, 0)),
        ids: '5000',
      })
    })

    test('instants are told in UTC', async () => {
      const rows = await transport.query(`SELECT $1::TIMESTAMPTZ::VARCHAR AS t`, [
        '2026-11-20T10:00:00+09:00',
      ])

      expect(rows).toEqual([{ t: '2026-11-20 01:00:00+00' }])
    })

    test('what is committed is there for the next connection; what is not, is not', async () => {
      await transport.query('CREATE TABLE t (v VARCHAR)')
      await transport.query('BEGIN TRANSACTION')
      await transport.query(`INSERT INTO t VALUES ('kept')`)
      await transport.query('COMMIT')
      await transport.query('BEGIN TRANSACTION')
      await transport.query(`INSERT INTO t VALUES ('rolled back')`)
      await transport.query('ROLLBACK')
      await transport.query('BEGIN TRANSACTION')
      await transport.query(`INSERT INTO t VALUES ('given up')`)
      await transport.close()

      transport = await scratch.open()

      expect(await transport.query('SELECT v FROM t')).toEqual([{ v: 'kept' }])
    })

    test('after an error in a transaction there is nothing but to roll back, and then all is well', async () => {
      await transport.query('CREATE TABLE t (v INTEGER)')
      await transport.query('BEGIN TRANSACTION')
      await transport.query('INSERT INTO t VALUES (1)')
      const error = await errorOf(transport.query('INSERT INTO t VALUES ($1::INTEGER)', ['one']))
      await errorOf(transport.query('INSERT INTO t VALUES (2)'))
      await transport.query('ROLLBACK')
      await transport.query('INSERT INTO t VALUES (3)')

      expect(error.kind).toBe('unknown')
      expect(error.message).toMatch(/Conversion Error/)
      expect(await transport.query('SELECT v::VARCHAR AS v FROM t')).toEqual([{ v: '3' }])
    })

    test('to commit a transaction that failed is to roll it back, without a word', async () => {
      await transport.query('CREATE TABLE t (v INTEGER)')
      await transport.query('BEGIN TRANSACTION')
      await transport.query('INSERT INTO t VALUES (1)')
      await errorOf(transport.query('INSERT INTO t VALUES ($1::INTEGER)', ['one']))
      await transport.query('COMMIT')

      expect(await transport.query('SELECT v::VARCHAR AS v FROM t')).toEqual([])
    })

    test.each([
      ['SELECT nothing FROM nowhere', []],
      ['SELECTT 1', []],
      ['SELECT $1', []],
    ])('a mistake in a statement is told, and the connection stays: %s', async (sql, parameters) => {
      const error = await errorOf(transport.query(sql, parameters))

      expect(error.kind).toBe('unknown')
      expect(error.message).not.toContain('LINE 1')
      expect(await transport.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
    })

    test('words of people in an error decide nothing about it', async () => {
      const error = await errorOf(
        transport.query('SELECT $1::INTEGER::VARCHAR', ['Connection reset: no space left on device']),
      )

      expect(error.kind).toBe('unknown')
    })

    test('after it is closed, nothing runs and closing again does no harm', async () => {
      await transport.close()
      await transport.close()

      expect((await errorOf(transport.query('SELECT 1'))).kind).toBe('transient')
    })
  })
}
