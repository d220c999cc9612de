import path from 'node:path'
import { readIdentity } from '../../src/base/identity.ts'
import { findPaths } from '../../src/base/paths.ts'
import { type Ledger, withLedger } from '../../src/ingest/open-ledger.ts'
import { withStore } from '../../src/store/open.ts'
import type { Db, Row } from '../../src/store/query.ts'
import { type Home, packageFolder } from './home.ts'
import { sessionSnapshot, usageSnapshot } from './ledger.ts'

export function databaseOf(home: Home): string {
  return path.join(home.dataFolder, 'sessions.duckdb')
}

/** Looks into the database that the built program wrote. */
export function inDatabase<T>(home: Home, work: (db: Db) => Promise<T>): Promise<T> {
  return withStore(databaseOf(home), { access: 'read', threads: 1, waitMs: 10_000 }, work)
}

/** Everything that was recorded, but numbers of rows and writers, stamps, and when and how often it changed. */
export function recorded(home: Home): Promise<Record<string, Row[]>> {
  return inDatabase(home, async db => ({ usage: await usageSnapshot(db), ...(await sessionSnapshot(db)) }))
}

/** One statement's rows. */
export function select<T extends object = Row>(home: Home, sql: string): Promise<T[]> {
  return inDatabase(home, db => db.rows<T>(sql))
}

/** Opens the home's database for writing, as its own program would. */
export async function withPlace(home: Home, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const paths = findPaths(home.env)
  const identity = await readIdentity(paths, home.env)
  const place = { paths, identity, pricesFile: path.join(packageFolder, 'prices.json'), now: Date.now }
  await withLedger(place, { threads: 1, waitMs: 10_000 }, work)
}
