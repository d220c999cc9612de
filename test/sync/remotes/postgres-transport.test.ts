import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { inspect } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { withStore } from '../../../src/store/open.ts'
import {
  clientConfig,
  openPostgresTransport,
  type PostgresTransportOptions,
} from '../../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../../src/sync/remotes/postgres-url.ts'
import type { SqlTransport } from '../../../src/sync/remotes/sql-transport.ts'
import type { Fault } from '../../support/faults.ts'
import { type PgServer, startPgServer } from '../../support/pg-server/start.ts'
import { errorOf } from '../../support/remotes.ts'
import { selfSigned } from '../../support/self-signed.ts'

async function aServer(
  faults: readonly Fault[] = [],
  others: { password?: string; primaryKeys?: 'none' } = {},
): Promise<PgServer & { bytesFile: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-pg-'))
  const bytesFile = path.join(folder, 'bytes')
  const server = await startPgServer({
    file: path.join(folder, 'remote.duckdb'),
    faults,
    bytesFile,
    ...others,
  })
  onTestFinished(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })
  return { ...server, bytesFile }
}

async function connect(
  server: PgServer,
  options: Partial<PostgresTransportOptions> = {},
): Promise<SqlTransport> {
  const transport = await openPostgresTransport({
    ...parsePostgresUrl(server.url),
    token: server.token,
    ...options,
  })
  onTestFinished(() => transport.close())
  return transport
}

/** A port of this machine where a server behaves as given. */
async function aPort(serve: (socket: net.Socket) => void): Promise<PostgresTransportOptions> {
  const sockets: net.Socket[] = []
  const server = net.createServer(socket => {
    sockets.push(socket.on('error', () => undefined))
    serve(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, database: 'scratch', tls: false, token: 'tok_51423' }
}

const rowsThere = async (server: PgServer) => (await connect(server)).query('SELECT v FROM t ORDER BY v')

test('a wrong token is refused, and seen in no form of the error', async () => {
  const server = await aServer()

  const error = await errorOf(connect(server, { token: 'tok_51423' }))

  expect(error).toMatchObject({ kind: 'refused', message: 'pg:scratch refused the token' })
  expect(error.hint).toMatch(/personal access token.*Access Tokens.*not a service account/)
  const forms = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error.stack)]
  expect(forms.filter(form => form.includes('tok_51423'))).toEqual([])
})

test('a server that repeats the token does not get it into an error', async () => {
  const text = 'md:x?t=tok%2F51423 (tok/51423, eyJhbGciOi.eyJzdWIi.c2ln) \u001b[31m'
  const server = await aServer([{ at: 2, do: 'error', text }], { password: 'tok/51423' })
  const transport = await connect(server)

  const error = await errorOf(transport.query('SELECT 1'))

  expect(error.message).toBe('pg:scratch: md:x?t=*** (***, ***)')
})

test('nobody at the port is a trouble of the moment', async () => {
  const options = await aPort(() => undefined)
  const closed = await aServer()
  await closed.stop()

  const error = await errorOf(openPostgresTransport({ ...options, port: closed.port }))

  expect(error).toMatchObject({ kind: 'transient', code: 75 })
})

test('a port that never answers is given up', async () => {
  const options = await aPort(() => undefined)

  const error = await errorOf(openPostgresTransport({ ...options, connectMs: 100 }))

  expect(error).toMatchObject({ kind: 'transient', message: 'pg:scratch did not answer in 0.1 s' })
})

test('a statement that is never answered is given up, and the connection with it', async () => {
  const server = await aServer([{ at: 2, do: 'stall' }])
  const transport = await connect(server, { statementMs: 100 })

  const error = await errorOf(transport.query('SELECT 1'))
  const after = await errorOf(transport.query('SELECT 1'))

  expect([error.kind, after.kind]).toEqual(['transient', 'transient'])
  expect(error.message).toBe('pg:scratch did not answer in 0.1 s')
  expect(await (await connect(server)).query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
})

test('a statement is given up long before whoever watches ends the process', async () => {
  const transport = await connect(await aServer([{ at: 2, do: 'stall' }]))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })

  const endless = errorOf(transport.query('SELECT 1'))
  vi.advanceTimersByTime(45_000)

  expect((await endless).message).toBe('pg:scratch did not answer in 45 s')
})

test('a connection that breaks before a statement leaves nothing of the transaction behind', async () => {
  const server = await aServer()
  const transport = await connect(server)
  await transport.query('CREATE TABLE t (v VARCHAR)')
  await server.setFaults([{ at: 3, do: 'reset before' }])

  await transport.query('BEGIN TRANSACTION')
  await transport.query(`INSERT INTO t VALUES ('a')`)
  const error = await errorOf(transport.query('COMMIT'))

  expect(error.kind).toBe('transient')
  expect((await errorOf(transport.query('SELECT 1'))).kind).toBe('transient')
  expect(await rowsThere(server)).toEqual([])
})

test('a reply that is lost after a commit leaves the rows there', async () => {
  const server = await aServer()
  const transport = await connect(server)
  await transport.query('CREATE TABLE t (v VARCHAR)')
  await server.setFaults([{ at: 3, do: 'reset after' }])

  await transport.query('BEGIN TRANSACTION')
  await transport.query(`INSERT INTO t VALUES ('a')`)
  const error = await errorOf(transport.query('COMMIT'))

  expect(error.kind).toBe('transient')
  expect(await rowsThere(server)).toEqual([{ v: 'a' }])
})

test('a connection that breaks while nothing runs ends no process, and the next statement says so', async () => {
  const server = await aServer()
  const transport = await connect(server)
  await server.kill()
  await new Promise(resolve => setTimeout(resolve, 50))

  const error = await errorOf(transport.query('SELECT 1'))

  expect(error.kind).toBe('transient')
})

test.each([
  [{ do: 'full' }, 'full'],
  [{ do: 'error' }, 'transient'],
  [{ do: 'error', text: 'DuckDB version v1.5.6 is not yet supported by MotherDuck' }, 'upgrade'],
  [{ do: 'error', text: 'Jwt is expired' }, 'refused'],
  [{ do: 'error', text: 'anything', sqlState: '28000' }, 'refused'],
  [{ do: 'error', text: 'anything', sqlState: '25006' }, 'readOnly'],
  [{ do: 'error', text: 'anything', sqlState: '57014' }, 'transient'],
  [{ do: 'error after', text: 'anything' }, 'unknown'],
] as const)('what the service says is told apart: %o is %s', async (trouble, kind) => {
  const server = await aServer([{ ...trouble, at: 2 }])
  const transport = await connect(server)

  const error = await errorOf(transport.query('SELECT 1'))

  expect(error.kind).toBe(kind)
  expect(await transport.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
})

test('an error that is planned ends the transaction, as one of the engine does', async () => {
  const server = await aServer()
  const transport = await connect(server)
  await transport.query('CREATE TABLE t (v VARCHAR)')
  await server.setFaults([{ at: 3, do: 'full' }])

  await transport.query('BEGIN TRANSACTION')
  await transport.query(`INSERT INTO t VALUES ('a')`)
  await errorOf(transport.query(`INSERT INTO t VALUES ('b')`))
  await transport.query('COMMIT')

  expect(await transport.query('SELECT v FROM t')).toEqual([])
})

test('two writers of one row: one of them is told to try again', async () => {
  const server = await aServer()
  const [first, second] = [await connect(server), await connect(server)]
  await first.query('CREATE TABLE t (v VARCHAR)')
  await first.query(`INSERT INTO t VALUES ('a')`)

  await first.query('BEGIN TRANSACTION')
  await second.query('BEGIN TRANSACTION')
  await first.query(`UPDATE t SET v = 'b'`)
  const error = await errorOf(second.query(`UPDATE t SET v = 'c'`))
  await second.query('ROLLBACK')
  await first.query('COMMIT')

  expect(error.kind).toBe('transient')
  expect(await second.query('SELECT v FROM t')).toEqual([{ v: 'b' }])
})

test('a refused login is planned like a fault of a statement', async () => {
  const server = await aServer([{ at: 1, do: 'refuse login' }])

  const first = await errorOf(connect(server))
  const second = await connect(server)

  expect(first.kind).toBe('refused')
  expect(await second.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
})

test('statements and bytes are counted, and the rows can be read after the server ended', async () => {
  const server = await aServer()
  const transport = await connect(server)
  const before = { statements: await server.statements(), bytes: await server.bytesReceived() }

  await transport.query('CREATE TABLE sessions (v VARCHAR)')
  await transport.query('INSERT INTO sessions VALUES ($1)', ['x'.repeat(10_000)])
  const after = { statements: await server.statements(), bytes: await server.bytesReceived() }
  await server.stop()

  expect(after.statements - before.statements).toBe(2)
  expect(after.bytes - before.bytes).toBeGreaterThan(10_000)
  expect(after.bytes - before.bytes).toBeLessThan(10_500)
  expect(readFileSync(server.bytesFile, 'latin1')).toContain('x'.repeat(10_000))
})

test('a remote without enforced keys takes what the declared ones would refuse', async () => {
  const strict = await connect(await aServer())
  const lax = await connect(await aServer([], { primaryKeys: 'none' }))
  const table = 'CREATE TABLE IF NOT EXISTS t (v VARCHAR, n BIGINT, PRIMARY KEY (v, n))'
  for (const transport of [strict, lax]) await transport.query(table)
  const twice = `INSERT INTO t VALUES ('a', 1), ('a', 1)`

  const error = await errorOf(strict.query(twice))
  await lax.query(twice)

  expect(error.message).toMatch(/Constraint Error/)
  expect(await lax.query('SELECT count(*)::VARCHAR AS n FROM t')).toEqual([{ n: '2' }])
})

test('TLS is demanded and its certificate checked, whatever the environment says', async () => {
  process.env.PGSSLMODE = 'no-verify'
  onTestFinished(() => {
    delete process.env.PGSSLMODE
  })
  const options = { ...parsePostgresUrl('pg:claude_sessions'), token: 'tok_51423' }

  const config = clientConfig(options, new net.Socket())

  expect(config).toMatchObject({ ssl: { rejectUnauthorized: true }, port: 5432, user: 'postgres' })
})

test('a server without TLS gets no token', async () => {
  const server = await aServer()
  const options = parsePostgresUrl(`pg://127.0.0.1:${server.port}/scratch`)

  const error = await errorOf(openPostgresTransport({ ...options, token: 'tok_51423' }))

  expect(error.message).toMatch(/does not support SSL/)
  expect(readFileSync(server.bytesFile)).toHaveLength(8)
})

test('a server whose certificate nobody vouches for gets no token', async () => {
  const { key, cert } = selfSigned('127.0.0.1')
  const seen: Buffer[] = []
  const options = await aPort(socket => {
    socket.once('data', () => {
      socket.write('S')
      const secured = new tls.TLSSocket(socket, { isServer: true, key, cert })
      secured.on('error', () => undefined)
      secured.on('data', chunk => seen.push(chunk))
    })
  })

  const error = await errorOf(openPostgresTransport({ ...options, tls: true }))

  expect(error).toMatchObject({ kind: 'unknown', message: 'pg:scratch: self-signed certificate' })
  expect(Buffer.concat(seen).toString('latin1')).toBe('')
})

test('what is not text arrives as the text it came as', async () => {
  const transport = await connect(await aServer())

  const rows = await transport.query('SELECT 7 AS i, true AS b, 1.5::DOUBLE AS d, 8::BIGINT AS l')

  expect(rows).toEqual([{ i: '7', b: 'true', d: '1.5', l: '8' }])
})

test('closing ends the statement that is never answered', async () => {
  const server = await aServer([{ at: 2, do: 'stall' }])
  const transport = await connect(server)

  const running = errorOf(transport.query('SELECT 1'))
  await transport.close()

  expect((await running).kind).toBe('transient')
})

test('the store is not touched by a remote of the same process', async () => {
  const server = await aServer()
  const transport = await connect(server)
  const file = path.join(path.dirname(server.bytesFile), 'sessions.duckdb')

  const count = await withStore(file, { access: 'write' }, async db => {
    await transport.query('CREATE TABLE t (v VARCHAR)')
    return (await db.rows<{ n: number }>('SELECT count(*)::INTEGER AS n FROM usage_records'))[0]?.n
  })

  expect(count).toBe(0)
})
