import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Identity } from '../../src/base/identity.ts'
import {
  defaultPrivacy,
  type PrivacySettings,
  type RemoteSettings,
  type Settings,
} from '../../src/base/settings.ts'
import { lastStamp } from '../../src/features/entries/changes.ts'
import { appendToJournal } from '../../src/features/entries/journal.ts'
import { makeChanges, type Saying } from '../../src/features/entries/make-changes.ts'
import { readHistories } from '../../src/features/entries/project-entries.ts'
import { adoptRemoteTotals } from '../../src/ingest/adopt-older.ts'
import { applyReadings } from '../../src/ingest/apply.ts'
import { type Ledger, type Place, takeOverJournal, withLedger } from '../../src/ingest/open-ledger.ts'
import { readFile } from '../../src/ingest/read-file.ts'
import { withStore } from '../../src/store/open.ts'
import type { Db, Row } from '../../src/store/query.ts'
import { syncRemote } from '../../src/sync/engine.ts'
import type { Outlet } from '../../src/sync/privacy.ts'
import type { Remote } from '../../src/sync/remote.ts'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import { createSqlRemote } from '../../src/sync/remotes/sql-remote.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { isTransient } from '../../src/sync/remotes/trouble.ts'
import type { SyncReport } from '../../src/sync/run.ts'
import type { Site } from '../../src/sync/site.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { aPerson } from './changes.ts'
import { type KeptLedger, keepLedger } from './kept-ledger.ts'
import { aPlace, writeLines } from './ledger.ts'

/** One machine of a test: a data folder, a person, a clock that can be wrong, and what it exchanges with which remote. */
export interface Machine {
  readonly place: Place & { readonly folder: string }
  readonly identity: { -readonly [field in keyof Identity]: Identity[field] }
  /** Added to the wall clock, in milliseconds. */
  clock: { skewMs: number }
  privacy: PrivacySettings
  remotes: RemoteSettings[]
  /** Writes a transcript and records it. */
  record(name: string, lines: readonly object[]): Promise<void>
  /** Says something of an entry, as the commands do. */
  say(entryId: string, ...sayings: Saying[]): Promise<void>
  sync(options?: {
    remote?: RemoteSettings
    open?: () => Promise<SqlTransport>
    isFull?: boolean
    batchRows?: number
  }): Promise<SyncReport>
  read<T extends object = Row>(sql: string): Promise<T[]>
  ask<T>(work: (db: Db) => Promise<T>): Promise<T>
  write(work: (db: Db) => Promise<unknown>): Promise<void>
  /** As `write`, with all that a verb is given. */
  change(work: (ledger: Ledger) => Promise<unknown>): Promise<void>
  /** The database file is gone, as after a crash of the disk; transcripts and journal are still there. */
  loseDatabase(): Promise<void>
  /** Copies the database file as it is now to another path. */
  backUp(file: string): Promise<void>
  /** Puts a copy of a database file in the place of this machine's. */
  restore(file: string): Promise<void>
}

let wallMs = Date.parse('2026-11-01T12:00:00Z')

/** The time by a clock that everybody looks at: a second later every time. */
function nextMs(): number {
  wallMs += 1000
  return wallMs
}

/**
 * A machine of the n-th person. `remotes`: the settings of what it exchanges with. Its database is kept open over the whole
 * test; `opensAnew`: it is opened for moments, as the program does.
 */
export function aMachine(
  n: number,
  options: { person?: number; remotes?: RemoteSettings[]; opensAnew?: boolean } = {},
): Machine {
  const person = aPerson(options.person ?? n)
  const identity: Machine['identity'] = {
    ...person,
    machineId: `machine-${n}`,
    machineLabel: `desk ${n}`,
    publicLabel: `desk ${n}`,
  }
  const clock = { skewMs: 0 }
  const place = { ...aPlace(), identity, now: () => nextMs() + clock.skewMs }
  const { database } = place.paths
  const kept = options.opensAnew ? opened(place) : keepLedger(place)
  onTestFinished(() => kept.close())
  const machine: Machine = {
    place,
    identity,
    clock,
    privacy: defaultPrivacy,
    remotes: options.remotes ?? [],
    async record(name, lines) {
      const file = path.join(place.folder, 'claude/projects/-home-dev-orchard-api', `${name}.jsonl`)
      mkdirSync(path.dirname(file), { recursive: true })
      writeLines(file, [...lines])
      const found = describeFile(file)
      if (!found) throw new Error(`${file} is no transcript`)
      const reading = await readFile(found)
      await kept.withLedger(ledger => applyReadings(ledger, [reading]))
    },
    async say(entryId, ...sayings) {
      await kept.withLedger(opened =>
        opened.db.transaction(async () => {
          const histories = await readHistories(opened.db, [entryId])
          const { changes } = makeChanges(entryId, sayings, {
            identity,
            history: histories.get(entryId) ?? [],
            seen: lastStamp(opened.meta),
            wallMs: place.now(),
            stampId: opened.writer.id,
          })
          appendToJournal(place.paths.changesFile, changes)
          await takeOverJournal(opened)
          await opened.writer.save()
        }),
      )
    },
    async sync({ remote = machine.remotes[0], open, isFull = false, batchRows = 5000 } = {}) {
      if (!remote) throw new Error('a machine without a remote')
      const settings: Settings = { remotes: machine.remotes, privacy: machine.privacy }
      const site: Site = {
        paths: place.paths,
        identity,
        settings,
        now: place.now,
        withLedger: kept.withLedger,
        adoptTotals: ({ db, writer }, rows) => adoptRemoteTotals(db, writer, rows),
        withReader: kept.withReader,
      }
      const outlet: Outlet = { remote, privacy: machine.privacy, identity, pseudonymKey: 'a key' }
      const opened = aRemote(remote, open)
      try {
        const retries = { retries: 3, minTimeoutMs: 1, longestMs: 60_000 }
        return await syncRemote(site, outlet, opened, { retries, isFull, batchRows })
      } finally {
        await opened.release()
      }
    },
    read: sql => kept.withReader(db => db.rows(sql)),
    ask: kept.withReader,
    change: work => kept.withLedger(ledger => work(ledger).then(() => undefined)),
    write: work => kept.withLedger(({ db }) => work(db).then(() => undefined)),
    async loseDatabase() {
      await kept.close()
      for (const end of ['', '.wal']) rmSync(`${database}${end}`, { force: true })
    },
    async backUp(file) {
      await kept.withLedger(({ db }) => db.run('CHECKPOINT'))
      await kept.close()
      copyFileSync(database, file)
    },
    async restore(file) {
      await machine.loseDatabase()
      mkdirSync(path.dirname(database), { recursive: true })
      copyFileSync(file, database)
    },
  }
  return machine
}

/** Opened for every piece of work, as the program does. */
function opened(place: Place): KeptLedger {
  const { database } = place.paths
  const write: KeptLedger['withLedger'] = work =>
    withLedger(place, { threads: 1, waitMs: 5000, checkpoint: 'when large' }, work)
  return {
    withLedger: write,
    withReader: work =>
      withStore(database, { access: 'read', threads: 1, waitMs: 5000 }, work).catch(async () => {
        await write(async () => undefined)
        return withStore(database, { access: 'read', threads: 1, waitMs: 5000 }, work)
      }),
    close: async () => undefined,
  }
}

/** The remote behind settings; by another transport where one is given. */
export function aRemote(settings: RemoteSettings, open?: () => Promise<SqlTransport>): Remote {
  const openFile = () =>
    openDuckDbTransport({ file: settings.url, label: 'test', waitMs: 5000, settings: { threads: '1' } })
  return createSqlRemote(settings.name, open ?? openFile, isTransient)
}

/** What is said when an entry is made. */
export function creation(title: string, fields: Readonly<Record<string, unknown>> = {}): Saying {
  return {
    kind: 'create',
    value: JSON.stringify({
      logged_at: '2026-11-01T12:00:00.000Z',
      category: 'issue',
      status: 'open',
      title,
      body: '',
      project: 'orchard-api',
      project_key: 'github.com/dev/orchard-api',
      machine: 'desk',
      ...fields,
    }),
  }
}

/** All that was observed and said, as a machine has it, whoever wrote it; without what only this file knows. */
export async function knownTo(machine: Machine): Promise<Record<string, Row[]>> {
  return {
    usage: await machine.read(
      `SELECT message_key, part, owner_session_id, model, input_tokens, output_tokens, cost_pico
       FROM usage_records WHERE counted ORDER BY ALL`,
    ),
    sessions: await machine.read(
      `SELECT session_id, total_tokens, cost_usd, message_count, tool_call_count, project, machine_label
       FROM sessions ORDER BY session_id`,
    ),
    models: await machine.read(
      `SELECT session_id, model, total_tokens, cost_usd FROM session_models ORDER BY ALL`,
    ),
    entries: await machine.read(
      `SELECT id, category, status, title, body, created_by, updated_by, tags, note_count, epoch_ms(updated_at) AS at
       FROM log_entries ORDER BY id`,
    ),
    changes: await machine.read(`SELECT DISTINCT hlc, subject, kind, value, actor FROM changes ORDER BY ALL`),
  }
}
