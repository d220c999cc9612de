import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isComplete, salvageDatabase } from '../../../src/store/maintenance/salvage.ts'
import { withStore } from '../../../src/store/open.ts'
import { aFilledDatabase, aFolder, contentOf } from '../../support/filled-database.ts'

/** Turns one byte around. */
function spoil(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  writeFileSync(file, bytes)
}

/** Adds rows that only the log has, a transaction each. */
async function withLog(file: string): Promise<void> {
  await withStore(file, { access: 'write', checkpoint: 'when large' }, async db => {
    for (let n = 0; n < 20; n++)
      await db.run(`INSERT INTO meta (key, value) VALUES ($key, $value)`, {
        key: `late ${n}`,
        value: 'x'.repeat(200),
      })
  })
}

/** Where an entry in the middle of a log begins: a head of 8 bytes, then entries of a size, a sum, and as many bytes. */
function middleOf(log: string): number {
  const bytes = readFileSync(log)
  let at = 8
  while (at < bytes.length / 2) at += 16 + Number(bytes.readBigUInt64LE(at))
  return at
}

const lateRows = (file: string) =>
  withStore(file, { access: 'read' }, db =>
    db.rows<{ n: number }>(`SELECT count(*) AS n FROM meta WHERE starts_with(key, 'late')`),
  ).then(rows => rows[0]?.n)

test('a database that is whole comes out as it was, with its log', async () => {
  const file = await aFilledDatabase()
  await withLog(file)
  const before = [readFileSync(file), readFileSync(`${file}.wal`)]
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  const salvage = await salvageDatabase(file, fresh)

  expect(salvage).toMatchObject({ failure: null, log: 'whole' })
  expect(isComplete(salvage)).toBe(true)
  expect(await contentOf(fresh)).toEqual(await contentOf(file))
  expect([readFileSync(file), readFileSync(`${file}.wal`)]).toEqual(before)
  expect(existsSync(`${fresh}.source`)).toBe(false)
})

test('of a table with a spoiled block all other rows come out', async () => {
  const file = await aFilledDatabase(undefined, 300_000)
  const whole = readFileSync(file)
  const fresh = path.join(aFolder(), 'fresh.duckdb')
  let partly = 0
  for (let at = 3 * 4096 + 30_000; at < whole.length && partly < 2; at += 7 * 65_536) {
    writeFileSync(file, whole)
    spoil(file, at)
    const salvage = await salvageDatabase(file, fresh)
    const usage = salvage.tables.find(({ table }) => table === 'usage_records')
    if (!usage || usage.lost === 0 || usage.lost === null) continue
    partly++
    expect(isComplete(salvage)).toBe(false)
    expect(usage.rows + usage.lost).toBe(300_000)
    expect(usage.rows).toBeGreaterThan(150_000)
    const [counted] = await withStore(fresh, { access: 'read' }, db =>
      db.rows(`SELECT count(*) AS rows, count(DISTINCT seq) AS different FROM usage_records`),
    )
    expect(counted).toEqual({ rows: usage.rows, different: usage.rows })
  }

  expect(partly).toBe(2)
})

test.each<[string, (log: string) => void, 'whole' | 'in part' | 'lost', (late: number) => boolean]>([
  ['spoiled in an entry', log => spoil(log, middleOf(log) + 20), 'in part', n => n > 2 && n < 18],
  ['spoiled in the size of an entry', log => spoil(log, middleOf(log) + 2), 'in part', n => n > 2 && n < 18],
  ['spoiled at its end', log => spoil(log, statSync(log).size - 3), 'in part', n => n === 19],
  ['cut off', log => truncateSync(log, middleOf(log) + 20), 'in part', n => n > 2 && n < 18],
  ['cut off between two entries', log => truncateSync(log, middleOf(log)), 'whole', n => n > 2 && n < 18],
  ['garbage from the start', log => writeFileSync(log, 'garbage '.repeat(500)), 'lost', n => n === 0],
  ['spoiled in its head', log => spoil(log, 0), 'lost', n => n === 0],
])('of a log that is %s, what was committed before comes out', async (_, harm, log, isRight) => {
  const file = await aFilledDatabase()
  await withLog(file)
  harm(`${file}.wal`)
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  const salvage = await salvageDatabase(file, fresh)

  expect(salvage).toMatchObject({ failure: null, log })
  expect(isComplete(salvage)).toBe(true)
  expect(await lateRows(fresh)).toSatisfy(isRight)
})

test.each<[string, (file: string) => void]>([
  ['with a spoiled head', file => spoil(file, 20)],
  ['cut off', file => truncateSync(file, 100_000)],
  ['of no bytes', file => truncateSync(file, 0)],
  ['of another kind', file => writeFileSync(file, 'text '.repeat(10_000))],
])('of a file %s nothing comes out, and that is said', async (_, harm) => {
  const file = await aFilledDatabase()
  harm(file)
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  const salvage = await salvageDatabase(file, fresh)

  expect(salvage.failure).toMatch(/^sessions\.duckdb is /)
  expect(isComplete(salvage)).toBe(false)
  expect(existsSync(fresh)).toBe(false)
})

test('tables of whose version nothing is known are those of today, and none of another tool', async () => {
  const file = await aFilledDatabase()
  const copy = path.join(aFolder(), 'copy.duckdb')
  await withStore(file, { access: 'write' }, db => db.run(`DELETE FROM meta`))
  copyFileSync(file, copy)
  const fresh = path.join(aFolder(), 'fresh.duckdb')

  await salvageDatabase(copy, fresh)

  const names = await withStore(fresh, { access: 'write' }, db =>
    db.rows<{ name: string }>(`SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal`),
  )
  expect(names.filter(({ name }) => name.startsWith('older_'))).toEqual([])
})
