import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../src/base/errors.ts'
import {
  changes,
  machines,
  readableTables,
  sessionFacts,
  syncedTables,
  usageRecords,
} from '../../src/store/tables.ts'
import { type Remote, RemoteMovedError } from '../../src/sync/remote.ts'
import { createSqlRemote } from '../../src/sync/remotes/sql-remote.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { isTransient } from '../../src/sync/remotes/trouble.ts'
import type { PrimaryKeys } from './primary-keys.ts'
import {
  aBatch,
  anEntryRow,
  aRow,
  aSessionRow,
  olderId,
  olderTables,
  pullAll,
  someUsage,
} from './remote-rows.ts'
import type { Scratch } from './transport-contract.ts'

/** The keys that a strict remote would enforce. */
export const allKeys: PrimaryKeys = {
  ...Object.fromEntries(syncedTables.map(table => [table.name, table.key])),
  csl_meta: ['key'],
  csl_marks: ['table_name', 'writer_id'],
  sessions: ['session_id'],
  session_models: ['session_id', 'model'],
  log_entries: ['id'],
}

/** What every remote must do, whatever carries SQL there and whichever keys it enforces. */
export function describeRemote(
  name: string,
  keys: PrimaryKeys,
  makeScratch: (keys: PrimaryKeys) => Promise<Scratch>,
): void {
  describe(`${name}:`, () => {
    let scratch: Scratch

    beforeAll(async () => {
      scratch = await makeScratch(keys)
    })

    afterAll(() => scratch.dispose())

    const remotes = new Set<Remote>()

    /** The remote behind a connection of its own. */
    function aRemote(): Remote {
      const remote = createSqlRemote('hub', scratch.open, isTransient)
      remotes.add(remote)
      onTestFinished(() => remote.release())
      return remote
    }

    /** Past the remotes, which let go of it first: a file is one connection's. */
    async function onSql<T>(work: (transport: SqlTransport) => Promise<T>): Promise<T> {
      for (const remote of remotes) await remote.release()
      remotes.clear()
      const transport = await scratch.open()
      try {
        return await work(transport)
      } finally {
        await transport.close()
      }
    }

    const select = (sql: string) => onSql(transport => transport.query(sql))

    /** A remote that nobody has been to, but for what the statements make. */
    async function emptied(...statements: string[]): Promise<void> {
      await onSql(async transport => {
        for (const table of everyTable) await transport.query(`DROP TABLE IF EXISTS ${table}`)
        for (const statement of statements) await transport.query(statement)
      })
    }

    test('a new remote makes its tables, gets an id once, and holds nothing', async () => {
      await emptied()
      const remote = aRemote()

      const known = await remote.known(changes)

      expect(known).toMatchObject({ personId: null, older: { rows: 0 }, vector: new Map() })
      expect(known.remoteId).toMatch(/^[0-9a-f-]{36}$/)
      for (const table of syncedTables) expect((await remote.known(table)).remoteId).toBe(known.remoteId)
      await remote.release()
      expect((await aRemote().known(changes)).remoteId).toBe(known.remoteId)
    })

    test('rows of every table come back as they went, to whoever lacks them', async () => {
      const remote = aRemote()
      for (const table of syncedTables) {
        const rows = [1, 2, 3].map(n => aRow(table, { writer_id: 'w-every', seq: String(n) }, n))
        // One row a writer describes its machine.
        const sent = table === machines ? rows.slice(2) : rows
        await remote.known(table)
        await remote.push(aBatch(table, 'w-every', { from: null, to: 3, rows: sent }))

        const { vector } = await remote.known(table)
        const pulled = await pullAll(remote, table, { 'w-every': [0, 3] })

        expect(vector.get('w-every')).toMatchObject({ seq: 3, token: 'token-3' })
        expect(vector.get('w-every')?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        expect(pulled.rows, table.name).toEqual(sent)
      }
    })

    test('a batch that is pushed again, as the reply was lost, changes nothing', async () => {
      const remote = aRemote()
      await remote.known(usageRecords)
      const batch = aBatch(usageRecords, 'w-twice', { from: null, to: 2, rows: someUsage('w-twice', 1, 2) })
      await remote.push(batch)

      await remote.push(batch)

      const seqs = await select(
        `SELECT seq::VARCHAR AS seq FROM usage_records WHERE writer_id = 'w-twice' ORDER BY seq`,
      )
      expect(seqs).toEqual([{ seq: '1' }, { seq: '2' }])
      expect((await aRemote().known(usageRecords)).vector.get('w-twice')).toMatchObject({ seq: 2 })
    })

    test.each([
      ['nothing, where something is', null],
      ['another number', { seq: 1, token: 'token-2' }],
      ['another name', { seq: 2, token: 'somebody’s' }],
    ])('a batch made for %s is refused and changes nothing', async (_, from) => {
      const remote = aRemote()
      const writer = `w-moved-${from?.token ?? 'none'}-${from?.seq ?? 0}`.replace('’', '')
      await remote.known(usageRecords)
      await remote.push(aBatch(usageRecords, writer, { from: null, to: 2, rows: someUsage(writer, 1, 2) }))
      const wrong = {
        ...aBatch(usageRecords, writer, { from: null, to: 4, rows: someUsage(writer, 3, 4) }),
        from,
        readable: [anEntryRow('moved', 'Moved')],
      }

      const pushed = remote.push(wrong)

      await expect(pushed).rejects.toBeInstanceOf(RemoteMovedError)
      expect((await pullAll(remote, usageRecords, { [writer]: [0, 9] })).rows).toHaveLength(2)
      expect((await remote.known(usageRecords)).vector.get(writer)).toMatchObject({ seq: 2 })
      expect(await select(`SELECT id FROM log_entries WHERE id = 'moved'`)).toEqual([])
    })

    test('a writer’s newer row replaces its older one; of changes all stay', async () => {
      const remote = aRemote()
      for (const table of [usageRecords, sessionFacts, machines, changes]) {
        const old = aRow(table, { writer_id: 'w-new', seq: '1' }, 1)
        const newer = old.map((cell, i) => (Object.keys(table.columns)[i] === 'seq' ? '2' : cell))
        await remote.known(table)
        await remote.push(aBatch(table, 'w-new', { from: null, to: 1, rows: [old] }))
        await remote.push(
          aBatch(table, 'w-new', { from: { seq: 1, token: 'token-1' }, to: 2, rows: [newer] }),
        )

        const { rows } = await pullAll(remote, table, { 'w-new': [0, 2] })

        expect(rows, table.name).toEqual(table === changes ? [old, newer] : [newer])
      }
    })

    test('rows come in batches, each once, of every writer as far as was asked', async () => {
      const remote = aRemote()
      await remote.known(usageRecords)
      for (const writer of ['w-a', 'w-b', 'w-c']) {
        // Numbers 4 and 5 are missing: what changed since has higher ones.
        const rows = [...someUsage(writer, 1, 3), ...someUsage(writer, 6, 8)]
        await remote.push(aBatch(usageRecords, writer, { from: null, to: 9, rows }))
      }

      const pulled = await pullAll(remote, usageRecords, { 'w-a': [2, 9], 'w-b': [0, 6], 'w-c': [0, 9] }, 2)

      const came = pulled.rows.map(row => `${row[0]} ${row[1]}`)
      const numbers = (writer: string, ...seqs: number[]) => seqs.map(seq => `${writer} ${seq}`)
      expect(came).toEqual([
        ...numbers('w-a', 3, 6, 7, 8),
        ...numbers('w-b', 1, 2, 3, 6),
        ...numbers('w-c', 1, 2, 3, 6, 7, 8),
      ])
      expect(Math.max(...pulled.batches.map(batch => batch.rows.count))).toBe(2)
      expect(Object.fromEntries(pulled.upTo)).toEqual({ 'w-a': 9, 'w-b': 6, 'w-c': 9 })
    })

    test('texts of a megabyte come alone where several would be too many', async () => {
      const remote = aRemote()
      const big = 'ü🦆\n'.repeat(150_000)
      const rows = [1, 2, 3, 4, 5, 6].map(n =>
        aRow(changes, { writer_id: 'w-big', seq: String(n), value: big }, n),
      )
      await remote.known(changes)
      await remote.push(aBatch(changes, 'w-big', { from: null, to: 4, rows: rows.slice(0, 4) }))
      await remote.push(
        aBatch(changes, 'w-big', { from: { seq: 4, token: 'token-4' }, to: 6, rows: rows.slice(4) }),
      )

      const pulled = await pullAll(remote, changes, { 'w-big': [0, 6] })

      expect(pulled.rows).toEqual(rows)
      expect(pulled.batches.length).toBeGreaterThan(1)
    })

    test('separators are lost from a text, halves of characters replaced; all else comes back', async () => {
      const remote = aRemote()
      const odd = [
        ['a\u001eb\u001fc\u001ad', 'abcd'],
        ['\u001a', ''],
        ['', ''],
        ['half \ud800.', 'half \ufffd.'],
        [`it's "x" \\ $1; --`, `it's "x" \\ $1; --`],
        ['a\0b', 'a\0b'],
        ['\u001b]0;owned\u0007\r\n\t\u202e', '\u001b]0;owned\u0007\r\n\t\u202e'],
      ] as const
      const rows = odd.map(([value], i) =>
        aRow(changes, { writer_id: 'w-odd', seq: String(i + 1), value }, i),
      )
      await remote.known(changes)
      await remote.push(aBatch(changes, 'w-odd', { from: null, to: odd.length, rows }))

      const pulled = await pullAll(remote, changes, { 'w-odd': [0, 99] })

      const valueAt = Object.keys(changes.columns).indexOf('value')
      expect(pulled.rows.map(row => row[valueAt])).toEqual(odd.map(([, value]) => value))
    })

    test('readable rows replace those of their ids, and go where none are given', async () => {
      const remote = aRemote()
      await remote.known(changes)
      await remote.publish([anEntryRow('r1', 'First'), anEntryRow('r2', 'Second')])

      await remote.publish([anEntryRow('r1', 'Changed'), { ...anEntryRow('r2', ''), count: 0, text: '' }])

      expect(await select(`SELECT id, title FROM log_entries WHERE id IN ('r1', 'r2')`)).toEqual([
        { id: 'r1', title: 'Changed' },
      ])
    })

    test('a remote is whose came first', async () => {
      await emptied()
      const remote = aRemote()
      await remote.known(changes)

      expect(await remote.claim('person-1')).toBe('person-1')
      expect(await remote.claim('person-2')).toBe('person-1')
      expect((await remote.known(changes)).personId).toBe('person-1')
    })

    test('entries of the older tool stay, get our columns, and are seen until somebody has taken them up', async () => {
      await emptied(...olderTables)
      const remote = aRemote()

      const known = await remote.known(changes)
      const older = await remote.olderRows(firstTen)
      await remote.publish([anEntryRow(olderId, 'Refunds twice')])
      const quiet = await remote.known(changes)
      await onSql(t => t.query(`UPDATE log_entries SET status = 'resolved' WHERE id = '${olderId}'`))

      expect(known.older.rows).toBe(1)
      expect(older.entries).toEqual([
        {
          id: olderId,
          session_id: null,
          logged_at_ms: String(Date.parse('2026-10-01T10:00:00.5Z')),
          category: 'issue',
          status: 'open',
          title: 'Refunds twice',
          body: 'Seen twice.',
          updated_at_ms: null,
          created_by: 'carol',
          updated_by: null,
        },
      ])
      expect(quiet.older.rows).toBe(0)
      expect((await aRemote().known(changes)).older.rows).toBe(1)
      expect(await select('SELECT title FROM sessions')).toEqual([{ title: 'Its own' }])
    })

    test('what the older tool counts on in a session’s row is seen, as it was and as it is now', async () => {
      await emptied()
      const remote = aRemote()
      await remote.known(sessionFacts)
      await remote.publish([aSessionRow('s-grown', 110)])

      const published = await remote.known(sessionFacts)
      await onSql(t => t.query(`UPDATE sessions SET output_tokens = 1010 WHERE session_id = 's-grown'`))
      const later = aRemote()
      const grown = await later.known(sessionFacts)

      expect([published.older.rows, grown.older.rows]).toEqual([0, 1])
      expect((await later.olderRows(firstTen)).sessions).toMatchObject([{ output_tokens: '1010' }])
    })

    test('older rows come page by page, and their state is another one when one of them changes', async () => {
      await emptied(...olderTables)
      const ids = [`'tab' || chr(9)`, `repeat('long', 100)`, `'sep' || chr(31) || 'arated'`, `'s-more'`]
      await aRemote().known(sessionFacts)
      await onSql(async t => {
        for (const id of ids) await t.query(`INSERT INTO sessions (session_id) VALUES (${id})`)
        const most = '9223372036854775807'
        await t.query(
          `INSERT INTO sessions (session_id, input_tokens, output_tokens) VALUES ('s-vast', ${most}, ${most})`,
        )
      })
      const remote = aRemote()
      const before = (await remote.known(sessionFacts)).older
      const same = (await remote.known(sessionFacts)).older

      const pages = [
        await remote.olderRows({ limit: 2, afterEntry: '', afterSession: '' }),
        await remote.olderRows({ limit: 2, afterEntry: olderId, afterSession: 's-older' }),
      ]
      await onSql(t => t.query(`UPDATE sessions SET message_count = 7 WHERE session_id = 's-more'`))
      const after = (await aRemote().known(sessionFacts)).older

      expect(before.rows).toBe(3)
      expect(same).toEqual(before)
      expect(after.rows).toBe(3)
      expect(after.state).not.toBe(before.state)
      expect(pages.map(page => page.sessions.map(row => row.session_id))).toEqual([
        ['s-more', 's-older'],
        ['s-vast'],
      ])
      expect(pages.map(page => page.entries.length)).toEqual([1, 0])
    })

    test('marks that can’t be marks are passed over and counted, and keep nobody from the others', async () => {
      await emptied()
      const remote = aRemote()
      await remote.known(changes)
      const rows = [aRow(changes, { writer_id: 'w-well', seq: '1' }, 1)]
      await remote.push(aBatch(changes, 'w-well', { from: null, to: 1, rows }))
      const odd = [
        `'a' || chr(31) || 'b', 1, 't'`,
        `'a' || chr(30), 1, 't'`,
        `'', 1, 't'`,
        `'w-none', NULL, 't'`,
        `'w-below', -5, 't'`,
        `'w-vast', 9223372036854775807, 't'`,
        `'w-nameless', 1, NULL`,
      ]
      await onSql(async t => {
        for (const mark of odd) await t.query(`INSERT INTO csl_marks SELECT 'changes', ${mark}, now()`)
        await t.query(`UPDATE csl_marks SET pushed_at = 'infinity' WHERE writer_id = 'w-well'`)
      })

      const later = aRemote()
      const known = await later.known(changes)

      expect([...known.vector]).toEqual([['w-well', { seq: 1, token: 'token-1', at: null }]])
      expect(known.oddRows).toBe(odd.length)
      // Whose own it is makes it whole.
      await later.push(aBatch(changes, 'w-below', { from: null, to: 1, rows: [] }))
      expect((await later.known(changes)).vector.get('w-below')).toMatchObject({ seq: 1, token: 'token-1' })
    })

    test('what a remote says of itself and can’t be true is put right, by whom it keeps waiting', async () => {
      await emptied()
      const { remoteId } = await aRemote().known(changes)
      await onSql(t =>
        t.query(`UPDATE csl_meta SET value = CASE key WHEN 'remote_id' THEN 'a' || chr(31) ELSE 'soon' END`),
      )
      await onSql(t => t.query(`INSERT INTO csl_meta SELECT 'person_id', chr(27)`))

      const later = aRemote()
      const known = await later.known(changes)

      expect(known).toMatchObject({ personId: null, oddRows: 1 })
      expect(known.remoteId).toMatch(/^[0-9a-f-]{36}$/)
      expect(known.remoteId).not.toBe(remoteId)
      expect(await later.claim('person-1')).toBe('person-1')
      expect(await later.known(changes)).toMatchObject({ personId: 'person-1', oddRows: 0 })
    })

    test('what a kill left of the tables is made whole', async () => {
      await emptied(
        ...olderTables,
        'CREATE TABLE csl_meta (key VARCHAR, value VARCHAR)',
        'CREATE TABLE csl_marks (table_name VARCHAR, writer_id VARCHAR, seq BIGINT, token VARCHAR, pushed_at TIMESTAMPTZ)',
      )

      const known = await aRemote().known(changes)

      expect(known.older.rows).toBe(1)
    })

    test('two machines that make the tables at once agree on the id', async () => {
      await emptied()
      const both = [aRemote(), aRemote(), aRemote()]

      const ids = await Promise.all(
        both.map(async remote => {
          await untilDone(remote, () => remote.known(changes))
          await remote.release()
        }),
      ).then(() => Promise.all(both.map(remote => idOf(remote))))

      expect(new Set(ids).size).toBe(1)
    })

    async function idOf(remote: Remote): Promise<string> {
      const { remoteId } = await untilDone(remote, () => remote.known(usageRecords))
      await remote.release()
      return remoteId
    }

    if (keys === 'none')
      test('a remote that has got two ids goes by one of them', async () => {
        await emptied()
        const remote = aRemote()
        const first = (await remote.known(changes)).remoteId
        await onSql(async transport => {
          // Two that came at once, where no key keeps them apart.
          await transport.query(`DROP TABLE csl_meta`)
          await transport.query(`CREATE TABLE csl_meta (key VARCHAR, value VARCHAR)`)
          for (const id of [first, 'zzz'])
            await transport.query(`INSERT INTO csl_meta VALUES ('remote_id', '${id}')`)
          await transport.query(`INSERT INTO csl_meta VALUES ('schema_version', '1')`)
        })

        expect((await aRemote().known(changes)).remoteId).toBe(first)
      })

    test('a remote of a newer program is left alone', async () => {
      await emptied()
      const remote = aRemote()
      await remote.known(changes)
      await onSql(t => t.query(`UPDATE csl_meta SET value = '2' WHERE key = 'schema_version'`))

      const asked = aRemote().known(changes)

      await expect(asked).rejects.toBeInstanceOf(UserError)
      await expect(asked).rejects.toMatchObject({ hint: expect.stringContaining('update') })
      await emptied()
    })
  })
}

const firstTen = { limit: 10, afterEntry: '', afterSession: '' }

const everyTable = [
  'csl_meta',
  'csl_marks',
  ...syncedTables.map(table => table.name),
  ...Object.keys(readableTables),
]

/** Again after a conflict, as the engine does. */
async function untilDone<T>(remote: Remote, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!remote.isTransient(error) || attempt === 10) throw error
    }
  }
}
