import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { leaseMs, takeLease } from '../../../src/sync/remotes/lease.ts'
import { bundle } from '../../support/bundle.ts'
import { errorOf } from '../../support/remotes.ts'

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-lease-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'team.duckdb')
}

function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

const noteOf = (file: string) => JSON.parse(readFileSync(`${file}.lease`, 'utf8'))

/** A process of its own that has the remote open, in the middle of a transaction. */
async function aHolder(file: string) {
  const program = await bundle(path.join(import.meta.dirname, '../../support/hold-transport.ts'))
  onTestFinished(() => rmSync(program, { force: true }))
  const child = fork(program, [file], { execArgv: [] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended])
  return { child, ended }
}

test('a lease says who has the file, on which machine and until when, and not what that machine is called', () => {
  const file = aFile()

  const lease = takeLease(file, 'the desk')
  onTestFinished(lease.release)

  expect(noteOf(file)).toMatchObject({ label: 'the desk', pid: process.pid })
  expect(noteOf(file).host).toMatch(/^[0-9a-f]{12}$/)
  expect(Date.parse(noteOf(file).until)).toBeGreaterThan(Date.now())
})

test('a lease is renewed for as long as it is held, and leaves nothing behind', () => {
  const file = aFile()
  fakeTime()

  const lease = takeLease(file, 'the desk')
  vi.advanceTimersByTime(10 * leaseMs)
  const until = Date.parse(noteOf(file).until)
  const isLost = lease.isLost()
  lease.release()
  vi.advanceTimersByTime(leaseMs)

  expect(until).toBeGreaterThan(Date.now() - leaseMs)
  expect(isLost).toBe(false)
  expect(readdirSync(path.dirname(file))).toEqual([])
})

test('a lease that somebody else took over is lost, and left to them', () => {
  const file = aFile()
  fakeTime()
  const lease = takeLease(file, 'the desk')
  const other = JSON.stringify({ ...noteOf(file), id: 'other', label: 'the laptop' })

  writeFileSync(`${file}.lease`, other)
  vi.advanceTimersByTime(leaseMs)
  const isLost = lease.isLost()
  lease.release()

  expect(isLost).toBe(true)
  expect(readFileSync(`${file}.lease`, 'utf8')).toBe(other)
})

test('a note that is being written keeps others out; one that stays empty does not', () => {
  const file = aFile()
  writeFileSync(`${file}.lease`, '')
  fakeTime()

  expect(() => takeLease(file, 'the desk')).toThrow('team.duckdb is in use by another process')
  vi.setSystemTime(Date.now() + 60_000)
  takeLease(file, 'the desk').release()

  expect(existsSync(`${file}.lease`)).toBe(false)
})

test('a label of another machine does nothing to a terminal', () => {
  const file = aFile()
  takeLease(file, '\u001b]0;x\u0007the \u001b[31mlaptop\n').release
  onTestFinished(() => rmSync(`${file}.lease`, { force: true }))

  expect(() => takeLease(file, 'the desk')).toThrow(/^team.duckdb is in use by the laptop$/)
})

test('where another process has a remote open, it is named; when that ends, the next one comes in', async () => {
  const file = aFile()
  const { child, ended } = await aHolder(file)

  const error = await errorOf(openDuckDbTransport({ file }))
  const waiting = openDuckDbTransport({ file, waitMs: 60_000 })
  child.send('end')
  const transport = await waiting
  onTestFinished(() => transport.close())
  await ended

  expect(error.message).toBe('team.duckdb is in use by the child')
  expect(await transport.query('SELECT v FROM t')).toEqual([{ v: 'committed' }])
})

test('a process that was killed keeps nobody out, and what it had committed is there', async () => {
  const file = aFile()
  const { child, ended } = await aHolder(file)
  child.kill('SIGKILL')
  await ended

  const isNoteLeft = existsSync(`${file}.lease`)
  const transport = await openDuckDbTransport({ file })
  onTestFinished(() => transport.close())

  expect(isNoteLeft).toBe(true)
  expect(await transport.query('SELECT v FROM t')).toEqual([{ v: 'committed' }])
})

test('a connection whose file was taken over runs nothing more', async () => {
  const file = aFile()
  fakeTime()
  const transport = await openDuckDbTransport({ file })
  onTestFinished(() => transport.close())

  writeFileSync(`${file}.lease`, JSON.stringify({ ...noteOf(file), id: 'other' }))
  vi.advanceTimersByTime(leaseMs)

  expect((await errorOf(transport.query('SELECT 1'))).message).toBe(
    'team.duckdb was taken by another machine',
  )
})
