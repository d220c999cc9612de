import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { checkBackup, unpackBackup, writeBackup } from '../../../src/store/maintenance/backup.ts'
import { withStore } from '../../../src/store/open.ts'
import { aFilledDatabase, aFolder, change, contentOf } from '../../support/filled-database.ts'
import { holdLock } from '../../support/lock.ts'

const options = { files: [], nowMs: Date.parse('2026-11-20T13:32:05Z'), isForced: false, waitMs: 0 }

async function aBackup(): Promise<{ database: string; file: string }> {
  const database = await aFilledDatabase()
  const file = path.join(aFolder(), 'backup.duckdb')
  await writeBackup(database, file, {
    ...options,
    files: [{ name: 'settings.json', content: Buffer.from('{"grüße": "\u0000"}') }],
  })
  return { database, file }
}

/** Turns one byte around. */
function spoil(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  writeFileSync(file, bytes)
}

test('a backup holds all of the database and the files it was given, for its owner alone', async () => {
  const { database, file } = await aBackup()
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  const backup = await checkBackup(file)
  await unpackBackup(file, fresh)

  expect(backup).toMatchObject({ createdAt: '2026-11-20T13:32:05.000Z', sessions: 61, entries: 40 })
  expect(backup.files).toEqual([{ name: 'settings.json', content: Buffer.from('{"grüße": "\u0000"}') }])
  expect(await contentOf(fresh)).toEqual(await contentOf(database))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(fresh).mode & 0o777).toBe(0o600)
  expect(readdirSync(path.dirname(file))).toEqual(['backup.duckdb'])
})

test('what is in the log beside the database is in the backup', async () => {
  const database = await aFilledDatabase()
  await withStore(database, { access: 'write', checkpoint: 'when large' }, db =>
    db.run(`INSERT INTO meta (key, value) VALUES ('late', 'yes')`),
  )
  expect(statSync(`${database}.wal`).size).toBeGreaterThan(0)
  const file = path.join(aFolder(), 'backup.duckdb')

  await writeBackup(database, file, options)

  expect(await contentOf(file)).toEqual(expect.arrayContaining(await contentOf(database)))
})

test('a file of that name is left alone, unless it may be replaced; the database itself never may', async () => {
  const { database, file } = await aBackup()
  const before = readFileSync(file)
  await change(database, db => db.run(`INSERT INTO meta (key, value) VALUES ('more', 'yes')`))
  const content = await contentOf(database)

  await expect(writeBackup(database, file, options)).rejects.toThrow('is there already')
  await expect(writeBackup(database, database, { ...options, isForced: true })).rejects.toThrow(
    "can't be a backup",
  )
  await expect(writeBackup(database, path.join(file, 'no', 'folder'), options)).rejects.toThrow('no folder')

  expect(readFileSync(file).equals(before)).toBe(true)
  await writeBackup(database, file, { ...options, isForced: true })
  expect(readFileSync(file).equals(before)).toBe(false)
  expect(await contentOf(database)).toEqual(content)
})

test('a process that writes is waited for', async () => {
  const database = await aFilledDatabase()
  const file = path.join(aFolder(), 'backup.duckdb')
  const lock = await holdLock(database)
  let waited = 0

  await expect(writeBackup(database, file, options)).rejects.toThrow('in use by another process')
  const writing = writeBackup(database, file, { ...options, waitMs: 60_000, onWait: () => waited++ })
  while (waited === 0) await new Promise(resolve => setTimeout(resolve, 20))
  await lock.release()
  await writing

  expect(waited).toBe(1)
  expect(existsSync(file)).toBe(true)
})

test('a stop leaves no half of a file', async () => {
  const database = await aFilledDatabase()
  const folder = aFolder()
  const stop = new AbortController()
  stop.abort()

  const run = writeBackup(database, path.join(folder, 'backup.duckdb'), { ...options, signal: stop.signal })

  await expect(run).rejects.toMatchObject({ message: 'interrupted', code: 130 })
  expect(readdirSync(folder)).toEqual([])
})

test.each<[string, (file: string) => void]>([
  ['whose head is spoiled', file => spoil(file, 20)],
  ['whose later head is spoiled', file => spoil(file, 8200)],
  ['that is cut off', file => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ['of no bytes', file => writeFileSync(file, '')],
  ['that is text', file => writeFileSync(file, 'not a database\n'.repeat(1000))],
])('a backup %s is refused before anything is touched', async (_, harm) => {
  const { file } = await aBackup()
  harm(file)
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  await expect(checkBackup(file)).rejects.toThrow(/can't be restored/)
  await expect(unpackBackup(file, fresh)).rejects.toThrow(/can't be restored/)
})

test('a spoiled block anywhere in it is found, or holds nothing', async () => {
  const { file } = await aBackup()
  const whole = readFileSync(file)
  const content = await contentOf(file)
  let found = 0
  for (let at = 3 * 4096 + 1000; at < whole.length; at += 65_536) {
    writeFileSync(file, whole)
    spoil(file, at)
    const refused = await checkBackup(file).then(
      () => false,
      () => true,
    )
    if (refused) found++
    else expect(await contentOf(file)).toEqual(content)
  }

  expect(found).toBeGreaterThan(3)
})

test('a backup with rows that were changed later is not whole', async () => {
  const { file } = await aBackup()
  await change(file, db => db.run(`UPDATE changes SET value = 'other words' WHERE seq = 7`))
  await expect(checkBackup(file)).rejects.toThrow('not whole: rows of changes are others')
  await change(file, db => db.run(`DELETE FROM changes WHERE seq = 8`))
  await expect(checkBackup(file)).rejects.toThrow('not whole: changes has 198 rows instead of 199')
})

test('a plain copy of a database is one, too; a database that is not ours, or of a newer program, is none', async () => {
  const database = await aFilledDatabase()
  expect(await checkBackup(database)).toMatchObject({ createdAt: null, sessions: 61, files: [] })

  await change(database, db => db.run(`UPDATE meta SET value = '9999' WHERE key = 'csl_schema_version'`))
  await expect(checkBackup(database)).rejects.toThrow('has schema 9999')
  const folder = aFolder()
  mkdirSync(path.join(folder, 'dir'))
  await expect(checkBackup(path.join(folder, 'dir'))).rejects.toThrow('there is no file')
  const lock = await holdLock(path.join(folder, 'foreign.duckdb'))
  await lock.release()
  await expect(checkBackup(path.join(folder, 'foreign.duckdb'))).rejects.toThrow('no backup of a logbook')
})
