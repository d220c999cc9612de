import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { thisHost } from '../../../src/sync/remotes/lease.ts'
import { holdLock } from '../../support/lock.ts'
import { errorOf } from '../../support/remotes.ts'

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-remote-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'team.duckdb')
}

function aNote(changes: object = {}): string {
  return JSON.stringify({
    id: 'a',
    label: 'the laptop',
    host: 'laptop.example',
    pid: 1,
    from: new Date(Date.now() - 1000).toISOString(),
    until: new Date(Date.now() + 50_000).toISOString(),
    ...changes,
  })
}

test('a new file, its log and its lease are readable for their owner only, and the lease goes with the connection', async () => {
  const file = aFile()

  const transport = await openDuckDbTransport({ file, settings: { threads: '1' } })
  await transport.query('CREATE TABLE t (v VARCHAR)')
  const modes = ['', '.wal', '.lease'].map(end => statSync(file + end).mode & 0o777)
  await transport.close()

  expect(modes).toEqual([0o600, 0o600, 0o600])
  expect(existsSync(`${file}.lease`)).toBe(false)
})

test('the permissions of a file that a team shares stay, and hold for its log', async () => {
  const file = aFile()
  await (await openDuckDbTransport({ file })).close()
  chmodSync(file, 0o660)
  const umask = process.umask()

  const transport = await openDuckDbTransport({ file })
  await transport.query('CREATE TABLE t (v VARCHAR)')
  const modes = ['', '.wal'].map(end => statSync(file + end).mode & 0o777)
  await transport.close()

  expect(modes).toEqual([0o660, 0o660])
  expect(process.umask()).toBe(umask)
})

test('a folder that is not there is a disk that is not connected: nothing is made', async () => {
  const folder = path.join(path.dirname(aFile()), 'disk')

  const error = await errorOf(openDuckDbTransport({ file: path.join(folder, 'team.duckdb') }))

  expect(error).toMatchObject({ kind: 'missing', message: expect.stringContaining(folder) })
  expect(existsSync(folder)).toBe(false)
})

test('a file that is not a database is left alone', async () => {
  const file = aFile()
  writeFileSync(file, 'my letters')

  const error = await errorOf(openDuckDbTransport({ file }))

  expect(error.kind).toBe('damaged')
  expect(readFileSync(file, 'utf8')).toBe('my letters')
  expect(existsSync(`${file}.lease`)).toBe(false)
})

test('a file that another process has open is in use, until that one lets go', async () => {
  const file = aFile()
  const other = await holdLock(file)
  onTestFinished(other.release)

  const error = await errorOf(openDuckDbTransport({ file }))
  const waiting = openDuckDbTransport({ file, waitMs: 60_000 })
  await other.release()

  expect(error).toMatchObject({ kind: 'transient', message: 'team.duckdb is in use by another process' })
  await (await waiting).close()
})

test('a second connection of the same process is refused: it would lose rows', async () => {
  const file = aFile()
  const first = await openDuckDbTransport({ file, label: 'this one' })

  const error = await errorOf(openDuckDbTransport({ file }))
  await first.close()

  expect(error).toMatchObject({ kind: 'transient', message: 'team.duckdb is in use by this one' })
})

test('the lease of another machine keeps us out while it lasts, and says whose it is', async () => {
  const file = aFile()
  writeFileSync(`${file}.lease`, aNote())

  const error = await errorOf(openDuckDbTransport({ file }))

  expect(error).toMatchObject({ kind: 'transient', message: 'team.duckdb is in use by the laptop' })
  expect(existsSync(file)).toBe(false)
})

test.each([
  ['expired', aNote({ until: new Date(Date.now() - 1).toISOString() })],
  ['of a clock that is years ahead', aNote({ until: '2099-01-01T00:00:00.000Z' })],
  ['of a process here that is gone', aNote({ host: thisHost(), pid: 2 ** 22 + 1 })],
  [
    'of an earlier process with our number',
    aNote({ host: thisHost(), pid: process.pid, from: '2020-01-01T00:00:00.000Z' }),
  ],
])('a lease is void that is %s', async (_, note) => {
  const file = aFile()
  writeFileSync(`${file}.lease`, note)

  const transport = await openDuckDbTransport({ file })
  await transport.close()

  expect(existsSync(`${file}.lease`)).toBe(false)
})

test('statements read no other file and install nothing', async () => {
  const file = aFile()
  const transport = await openDuckDbTransport({ file })
  onTestFinished(() => transport.close())

  const errors = await Promise.all([
    errorOf(transport.query(`SELECT content FROM read_text('/etc/hostname')`)),
    errorOf(transport.query('INSTALL httpfs')),
  ])

  for (const error of errors)
    expect(error.message).toContain('file system operations are disabled by configuration')
})

test('a statement that takes too long is ended', async () => {
  const transport = await openDuckDbTransport({ file: aFile(), statementMs: 100 })
  onTestFinished(() => transport.close())

  const error = await errorOf(
    transport.query('SELECT count(*)::VARCHAR FROM range(1000000000000) WHERE range % 7 = 3'),
  )
  const after = await transport.query(`SELECT 'well' AS v`)

  expect(error).toMatchObject({ kind: 'transient', message: 'team.duckdb did not answer in 0.1 s' })
  expect(after).toEqual([{ v: 'well' }])
})

test('a statement is given up long before whoever watches ends the process', async () => {
  const transport = await openDuckDbTransport({ file: aFile() })
  onTestFinished(() => transport.close())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })

  const endless = errorOf(
    transport.query('SELECT count(*)::VARCHAR FROM range(1000000000000) WHERE range % 7 = 3'),
  )
  vi.advanceTimersByTime(45_000)

  expect((await endless).message).toBe('team.duckdb did not answer in 45 s')
})

test('closing ends the statement that runs', async () => {
  const transport = await openDuckDbTransport({ file: aFile() })

  const running = errorOf(
    transport.query('SELECT count(*)::VARCHAR FROM range(1000000000000) WHERE range % 7 = 3'),
  )
  await transport.close()

  expect((await running).kind).toBe('transient')
  expect((await errorOf(transport.query('SELECT 1'))).kind).toBe('transient')
})

test('an answer that is not text is a mistake of ours', async () => {
  const transport = await openDuckDbTransport({ file: aFile() })
  onTestFinished(() => transport.close())

  await expect(transport.query('SELECT 1 AS number')).rejects.toThrow(/column number .* is not text: cast it/)
})

test('MotherDuck without the extension says how to install it, and the token is nowhere to be seen', async () => {
  const home = path.dirname(aFile())
  vi.stubEnv('motherduck_token', 'of-the-small')
  vi.stubEnv('MOTHERDUCK_TOKEN', 'of-the-large')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })

  const opening = errorOf(
    openDuckDbTransport({ database: 'scratch', token: 'tok_51423', settings: { extension_directory: home } }),
  )
  const meanwhile = [process.env.motherduck_token, process.env.MOTHERDUCK_TOKEN]
  const error = await opening

  expect(error).toMatchObject({
    kind: 'extension',
    hint: expect.stringMatching(/csl remote remove .*csl remote add/),
  })
  expect(JSON.stringify(error) + String(error.stack)).not.toContain('tok_51423')
  expect(meanwhile).toEqual([undefined, undefined])
  expect([process.env.motherduck_token, process.env.MOTHERDUCK_TOKEN]).toEqual([
    'of-the-small',
    'of-the-large',
  ])
})
