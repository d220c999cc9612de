import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compactDatabase } from '../../../src/store/maintenance/compact.ts'
import { withStore } from '../../../src/store/open.ts'
import { aFilledDatabase, change, contentOf } from '../../support/filled-database.ts'
import { holdLock } from '../../support/lock.ts'

test('a database with room for what is gone gets smaller, with all its rows in their order', async () => {
  const database = await aFilledDatabase(undefined, 40_000)
  await change(database, db => db.run(`DELETE FROM usage_records WHERE seq % 4 <> 0`))
  await withStore(database, { access: 'write', checkpoint: 'when large' }, db =>
    db.run(`INSERT INTO meta (key, value) VALUES ('late', 'yes')`),
  )
  const content = await contentOf(database)
  const order = () =>
    withStore(database, { access: 'read' }, db =>
      db.rows(`SELECT md5(string_agg(seq::VARCHAR, ',')) AS h FROM usage_records`),
    )
  const before = await order()

  const done = await compactDatabase(database, `${database}.new`, { waitMs: 0 })

  expect(done.isReplaced).toBe(true)
  expect(done.after).toBe(statSync(database).size)
  expect(done.after).toBeLessThan(done.before)
  expect(await contentOf(database)).toEqual(content)
  expect(await order()).toEqual(before)
  expect(statSync(database).mode & 0o777).toBe(0o600)
  expect(readdirSync(path.dirname(database))).toEqual(['sessions.duckdb'])
})

test('a database that can get no smaller stays the very file', async () => {
  const database = await aFilledDatabase()
  const compact = () => compactDatabase(database, `${database}.new`, { waitMs: 0 })
  // The first copies can differ by a block.
  let file = statSync(database)
  let done = await compact()
  for (let n = 0; n < 5 && done.isReplaced; n++) {
    file = statSync(database)
    done = await compact()
  }

  expect(done).toMatchObject({ isReplaced: false, before: file.size, after: file.size })
  expect(statSync(database).ino).toBe(file.ino)
})

test('views, and tables that a person made beside ours, stay', async () => {
  const database = await aFilledDatabase()
  await change(database, async db => {
    await db.run(`CREATE SCHEMA mine; CREATE TABLE mine."odd ""name" (a DECIMAL(38, 12), b INTEGER[], c VARCHAR);
      INSERT INTO mine."odd ""name" VALUES (1.5, [1, NULL], ''), (NULL, NULL, NULL);
      CREATE VIEW mine.seen AS SELECT count(*) AS n FROM usage_records`)
  })
  await change(database, db => db.run(`DELETE FROM usage_records WHERE seq > 100`))

  await compactDatabase(database, `${database}.new`, { waitMs: 0 })

  await withStore(database, { access: 'read' }, async db => {
    expect(await db.rows(`SELECT a, b, c FROM mine."odd ""name" ORDER BY a`)).toEqual([
      { a: '1.500000000000', b: [1, null], c: '' },
      { a: null, b: null, c: null },
    ])
    expect(await db.rows('SELECT n FROM mine.seen')).toEqual([{ n: 100 }])
    expect(await db.rows('SELECT count(*) AS n FROM usage')).toEqual([{ n: 100 }])
  })
})

test('a process that has the database is waited for, and nothing is left behind where that is too long', async () => {
  const database = await aFilledDatabase()
  const lock = await holdLock(database)

  await expect(compactDatabase(database, `${database}.new`, { waitMs: 100 })).rejects.toThrow('in use')
  await lock.release()

  expect(existsSync(`${database}.new`)).toBe(false)
  expect((await compactDatabase(database, `${database}.new`, { waitMs: 0 })).rows).toBeGreaterThan(3000)
})
