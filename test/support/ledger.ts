import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Identity } from '../../src/base/identity.ts'
import { findPaths } from '../../src/base/paths.ts'
import { type Ledger, type Place, withLedger } from '../../src/ingest/open-ledger.ts'
import type { Db, Row } from '../../src/store/query.ts'
import { packageFolder } from './home.ts'

const identity: Identity = {
  machineId: 'machine-1',
  machineLabel: 'desk',
  personId: 'person-1',
  personName: 'Test Person',
  publicLabel: 'desk',
  publicPersonName: 'Test Person',
  formerPersonIds: [],
}

/** A data folder of its own for one test, with a clock that stands still. */
export function aPlace(overrides: Partial<Identity> = {}): Place & { readonly folder: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-ledger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    paths: findPaths({
      CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
      CLAUDE_LOGGER_HOME: path.join(folder, 'data'),
    }),
    identity: { ...identity, ...overrides },
    pricesFile: path.join(packageFolder, 'prices.json'),
    now: () => Date.parse('2026-11-01T12:00:00Z'),
  }
}

/** The open ledger of a new place, for as long as the work takes. */
export function withNewLedger<T>(work: (ledger: Ledger, folder: string) => Promise<T>): Promise<T> {
  const place = aPlace()
  return withLedger(place, { threads: 1 }, ledger => work(ledger, place.folder))
}

/** Forgets all that was recorded, as if the database were new: opening one for every example takes too long. */
export async function emptyLedger({ db }: Ledger): Promise<void> {
  const tables = [
    'usage_records',
    'session_facts',
    'transcript_facts',
    'transcript_files',
    'sessions',
    'session_models',
    'changes',
    'log_entries',
  ]
  for (const table of tables) await db.run(`DELETE FROM ${table}`)
}

/** Every column of the ledger but the numbers of rows and writers; the rate card by what it says. */
export function usageSnapshot(db: Db): Promise<Row[]> {
  return db.rows(
    `SELECT * FROM (
       SELECT usage_records.* EXCLUDE (seq, first_seq, writer_id, card_id), rate_cards.card
       FROM usage_records LEFT JOIN rate_cards USING (card_id)) ORDER BY ALL`,
  )
}

/** Every column of what is known of sessions, but stamps and numbers that count changes. */
export async function sessionSnapshot(db: Db): Promise<Record<string, Row[]>> {
  return {
    facts: await db.rows(`SELECT * EXCLUDE (seq, writer_id) FROM session_facts ORDER BY ALL`),
    sessions: await db.rows(`SELECT * EXCLUDE (revision, updated_at) FROM sessions ORDER BY ALL`),
    models: await db.rows(`SELECT * FROM session_models ORDER BY ALL`),
  }
}

/** Writes a transcript of lines (objects become JSON). Answers its path. */
export function writeLines(file: string, lines: readonly (object | string)[]): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(
    file,
    lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  )
  return file
}
