import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { StoreDamagedError, StoreMissingError, withStore } from '../../src/store/open.ts'
import { makeHome } from '../support/home.ts'

/** A database with a table of ours, cut off as a kill would have ended its making. */
async function cutOff(bytes: number): Promise<string> {
  const file = path.join(makeHome().folder, 'sessions.duckdb')
  await withStore(file, { access: 'write' }, async () => undefined)
  truncateSync(file, bytes)
  return file
}

test.each([0, 100, 4096, 8192])('a file of %d bytes, whose making was ended, is made anew', async bytes => {
  const file = await cutOff(bytes)

  await expect(withStore(file, { access: 'read' }, async () => undefined)).rejects.toThrow(StoreMissingError)
  const rows = await withStore(file, { access: 'write' }, db => db.rows('SELECT count(*) AS n FROM sessions'))

  expect(rows).toEqual([{ n: 0 }])
})

test('one that was made whole, and was cut off since, is damaged and kept', async () => {
  const file = await cutOff(20_000)

  await expect(withStore(file, { access: 'write' }, async () => undefined)).rejects.toThrow(StoreDamagedError)
})

test('what is no database is not touched, however small', async () => {
  const file = await cutOff(0)
  writeFileSync(file, 'mine')

  await expect(withStore(file, { access: 'write' }, async () => undefined)).rejects.toThrow(StoreDamagedError)
})

test('one with a log is kept: rows may stand in that', async () => {
  const file = await cutOff(4096)
  writeFileSync(`${file}.wal`, 'rows')

  await expect(withStore(file, { access: 'write' }, async () => undefined)).rejects.toThrow(StoreDamagedError)
})
