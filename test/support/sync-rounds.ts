import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { RemoteSettings } from '../../src/base/settings.ts'
import { syncedTables } from '../../src/store/tables.ts'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import type { SyncReport } from '../../src/sync/run.ts'
import { assistantLine, messageId, userLine, uuidOf } from './lines.ts'
import { knownTo, type Machine } from './sync-machine.ts'

/** The path of a file that is not there yet, in a folder that is removed after the test. */
export function aFile(name = 'hub.duckdb'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-hub-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, name)
}

/** Settings of a file remote. */
export function aFileRemote(file: string, overrides: Partial<RemoteSettings> = {}): RemoteSettings {
  return { name: 'hub', url: file, share: 'all', projects: [], ...overrides }
}

/** The lines of a session with that many answers. */
export function aSession(id: string, messages: number, first = 1): object[] {
  return [
    userLine(id, 'go on', { uuid: uuidOf(first * 1000) }),
    ...Array.from({ length: messages }, (_, i) =>
      assistantLine(id, { id: messageId(first * 1000 + i), uuid: uuidOf(first * 1000 + i + 1) }),
    ),
  ]
}

/** Syncs all in turn until a round moves nothing; answers how many rounds moved something. */
export async function settle(
  machines: readonly Machine[],
  options?: Parameters<Machine['sync']>[0],
): Promise<number> {
  const last: SyncReport[] = []
  for (let round = 0; round < 8; round++) {
    last.length = 0
    for (const machine of machines) last.push(await machine.sync(options))
    if (last.every(isQuiet)) return round
  }
  throw new Error(`it never gets quiet: ${JSON.stringify(last)}`)
}

export function isQuiet(report: SyncReport): boolean {
  return report.pushedRows + report.pulledRows + report.publishedRows + report.adopted === 0
}

/** A file remote that nobody has open, or how a remote is reached. */
export type Reached = string | (() => Promise<SqlTransport>)

/** Runs statements on a remote. Answers the rows of each. */
export async function onRemote(
  remote: Reached,
  ...statements: string[]
): Promise<(readonly Readonly<Record<string, string | null>>[])[]> {
  const transport =
    typeof remote === 'string'
      ? await openDuckDbTransport({ file: remote, settings: { threads: '1' } })
      : await remote()
  try {
    const answers = []
    for (const sql of statements) answers.push(await transport.query(sql))
    return answers
  } finally {
    await transport.close()
  }
}

/** Columns that may leave another way than they are here, or not at all: see sync/privacy.ts. */
const mayDiffer = ['cwd', 'last_cwd', 'relocated_cwd', 'title', 'project_key', 'label']

/**
 * Holds all machines of one person against each other and against what the remote says: the same observations and
 * changes row by row, but for what settings keep home, and the same readable rows, each once.
 */
export async function expectAllTheSame(machines: readonly Machine[], remote: Reached): Promise<void> {
  const [first, ...others] = machines
  if (!first) return
  const known = await knownTo(first)
  for (const other of others) expect(await knownTo(other)).toEqual(known)
  const there = await onRemote(remote, ...observed, ...readable)
  for (const [i, sql] of observed.entries()) {
    for (const machine of machines) expect(await machine.read(sql)).toEqual(there[i])
  }
  for (const [i, sql] of readable.entries()) expect(await first.read(sql)).toEqual(there[observed.length + i])
}

const observed = syncedTables.map(({ name, columns }) => {
  const names = Object.keys(columns).filter(column => !mayDiffer.includes(column))
  // What two writers say alike is kept once here, and may be there twice.
  const shown = name === 'changes' ? names.slice(2) : names
  return `SELECT DISTINCT '${name} ' || to_json(t)::VARCHAR AS row FROM (SELECT ${shown.join(', ')} FROM ${name}) t ORDER BY 1`
})

const readable = [
  'SELECT session_id AS id, total_tokens::VARCHAR AS tokens, cost_usd::VARCHAR AS cost FROM sessions ORDER BY 1',
  'SELECT session_id AS id, model, total_tokens::VARCHAR AS tokens FROM session_models ORDER BY 1, 2',
  'SELECT id, title, status, body, tags, updated_by AS by FROM log_entries ORDER BY 1',
]

/** Reaches a remote as `open` does; something else is done there just before the first transaction. */
export function crossed(
  open: () => Promise<SqlTransport>,
  work: () => Promise<unknown>,
): () => Promise<SqlTransport> {
  let isFirst = true
  return async () => {
    const { query, close } = await open()
    return {
      close,
      async query(sql, parameters) {
        if (isFirst && sql.startsWith('BEGIN')) {
          isFirst = false
          await work()
        }
        return query(sql, parameters)
      },
    }
  }
}
