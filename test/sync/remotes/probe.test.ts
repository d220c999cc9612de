import { describe, expect, onTestFinished, test } from 'vitest'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { openPostgresTransport } from '../../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../../src/sync/remotes/postgres-url.ts'
import { clockProbed, probeRemote, versionProbed } from '../../../src/sync/remotes/probe.ts'
import type { SqlTransport } from '../../../src/sync/remotes/sql-transport.ts'
import { startPgServer } from '../../support/pg-server/start.ts'
import { aFile, onRemote } from '../../support/sync-rounds.ts'

async function aServer(settings: { primaryKeys?: 'none' } = {}): Promise<() => Promise<SqlTransport>> {
  const server = await startPgServer({ file: aFile(), ...settings })
  onTestFinished(() => server.stop())
  const place = { ...parsePostgresUrl(server.url), token: server.token }
  return () => openPostgresTransport(place)
}

async function probed(open: () => Promise<SqlTransport>): Promise<readonly string[]> {
  const transport = await open()
  try {
    const found = await probeRemote(transport, { ours: '1.5.6', now: Date.now, openSecond: open })
    expect(found.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(
      await transport.query(
        `SELECT table_name AS name FROM duckdb_tables() WHERE starts_with(table_name, 'csl_probe')`,
      ),
    ).toEqual([])
    return found.map(({ text }) => text)
  } finally {
    await transport.close()
  }
}

test('a remote over the wire: version, clock, keys, MERGE, and what two say who write one row', async () => {
  expect(await probed(await aServer())).toEqual([
    'runs DuckDB v1.5.6, this program v1.5.6',
    'its clock and this one agree',
    'keeps primary keys',
    'knows MERGE',
    'says when two write one row at once',
  ])
})

test('a remote that keeps no primary keys is fine, too', async () => {
  expect(await probed(await aServer({ primaryKeys: 'none' }))).toContain(
    'does not keep primary keys: no need',
  )
})

test('a file is asked what can be asked of one, and nothing stays in it', async () => {
  const file = aFile()
  const transport = await openDuckDbTransport({ file })

  const found = await probeRemote(transport, { ours: '1.5.6' })
  await transport.close()

  expect(found.map(({ text }) => text)).toEqual([
    'runs DuckDB v1.5.6, this program v1.5.6',
    'keeps primary keys',
    'knows MERGE',
  ])
  expect(await onRemote(file, 'SELECT count(*)::VARCHAR AS n FROM duckdb_tables()')).toEqual([[{ n: '0' }]])
})

test('words about a conflict that nobody knows are a problem', async () => {
  const open = await aServer()
  const second = async (): Promise<SqlTransport> => {
    const { query, close } = await open()
    return {
      close,
      query: (sql, parameters) =>
        sql.startsWith('UPDATE')
          ? Promise.reject(new Error('the row is otherwise engaged'))
          : query(sql, parameters),
    }
  }
  const transport = await open()

  const found = await probeRemote(transport, { ours: '1.5.6', openSecond: second })
  await transport.close()

  expect(found.at(-1)).toMatchObject({ state: 'problem', text: expect.stringContaining('otherwise engaged') })
})

describe('what was found means', () => {
  test.each([
    ['v1.5.6', 'ok'],
    ['v1.5.9', 'ok'],
    ['v1.6.0', 'warning'],
    ['v2.0.0', 'warning'],
    ['something else', 'ok'],
  ])('of version %s: %s', (version, state) => {
    expect(versionProbed(version, '1.5.6').state).toBe(state)
  })

  test.each([
    [0, 0, 'ok', /agree/],
    [-90_000, 40_000, 'ok', /agree/],
    [-90_000, 100, 'warning', /90 s ahead/],
    [3_600_000, 100, 'warning', /3600 s behind/],
    [2 * 86_400_000, 100, 'problem', /behind/],
  ])('of a clock %d ms before ours, give or take %d: %s', (ahead, uncertainty, state, text) => {
    expect(clockProbed(ahead, uncertainty)).toMatchObject({ state, text: expect.stringMatching(text) })
  })
})
