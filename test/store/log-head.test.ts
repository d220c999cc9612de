import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withEngine } from '../../src/store/maintenance/engine.ts'
import { StoreDamagedError, withStore } from '../../src/store/open.ts'
import { aFilledDatabase } from '../support/filled-database.ts'

/** A database with a row that only its log has. */
async function withLog(): Promise<string> {
  const file = await aFilledDatabase()
  await withStore(file, { access: 'write', checkpoint: 'when large' }, db =>
    db.run(`INSERT INTO meta (key, value) VALUES ('late', 'yes')`),
  )
  return file
}

const late = (file: string) =>
  withStore(file, { access: 'read' }, db => db.rows(`SELECT value FROM meta WHERE key = 'late'`))

test.each<[string, (log: Buffer) => Buffer]>([
  ['text', log => Buffer.concat([Buffer.from('what is this?'), log.subarray(13)])],
  ['zeros', log => Buffer.alloc(log.length)],
  ['one other bit', log => Buffer.concat([Buffer.from([(log[0] ?? 0) ^ 1]), log.subarray(1)])],
])('a log that begins with %s is neither passed over nor written over', async (_, harm) => {
  const file = await withLog()
  const harmed = harm(readFileSync(`${file}.wal`))
  writeFileSync(`${file}.wal`, harmed)

  for (const access of ['read', 'write'] as const) {
    await expect(withStore(file, { access }, async () => undefined)).rejects.toThrow(StoreDamagedError)
    await expect(withEngine({ file }, ({ attach }) => attach(file, 'source', { access }))).rejects.toThrow(
      'its log does not begin as one',
    )
  }

  expect(readFileSync(`${file}.wal`).equals(harmed)).toBe(true)
})

test.each([0, 1, 4, 5, 20])('a log of which a kill left %i bytes is none', async length => {
  const file = await withLog()
  truncateSync(`${file}.wal`, length)

  expect(await late(file)).toEqual([])
})

test('a whole log is read, and so is a database without one', async () => {
  const file = await withLog()

  expect(await late(file)).toEqual([{ value: 'yes' }])
  await withStore(file, { access: 'write' }, async () => undefined)
  expect(existsSync(`${file}.wal`)).toBe(false)
  expect(await late(file)).toEqual([{ value: 'yes' }])
})
