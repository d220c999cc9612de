import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { sumTables, type TableSum } from '../../src/store/maintenance/copy.ts'
import { withEngine } from '../../src/store/maintenance/engine.ts'
import { withStore } from '../../src/store/open.ts'
import type { Db } from '../../src/store/query.ts'

/** A folder for one test. */
export function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database with a few thousand rows of the ledger and what belongs to them, whatever they mean. */
export async function aFilledDatabase(folder = aFolder(), rows = 3000): Promise<string> {
  const file = path.join(folder, 'sessions.duckdb')
  await change(file, async db => {
    await db.run(`INSERT INTO meta (key, value) VALUES ('writer_id', 'writer-1')`)
    await db.run(
      `INSERT INTO usage_records BY NAME SELECT 'writer-1' AS writer_id, i AS seq, printf('msg_%024d', i) AS message_key,
         0 AS part, printf('session-%d', i // 50) AS session_id, TIMESTAMPTZ '2026-10-01 00:00:00.123456+00' + to_seconds(i)
         AS occurred_at, 'model' AS model, i % 7 AS input_tokens, i % 11 AS output_tokens, 0 AS cache_write_5m_tokens,
         0 AS cache_write_1h_tokens, 0 AS cache_read_tokens, 0 AS thinking_tokens, 0 AS web_searches, 0 AS web_fetches,
         FALSE AS is_sidechain, TRUE AS has_usage, TRUE AS has_stop_reason, TRUE AS is_final, FALSE AS from_progress,
         FALSE AS legacy, TRUE AS counted, printf('session-%d', i // 50) AS owner_session_id FROM range(1, ${rows + 1}) t(i)`,
    )
    await db.run(
      `INSERT INTO changes BY NAME SELECT 'writer-1' AS writer_id, i AS seq, printf('%013d-0000-w', i) AS hlc,
         'entry:' || (i // 5) AS subject, 'note' AS kind, repeat(md5(i::VARCHAR), 20) AS value, 'p' AS actor, 'P' AS actor_name,
         md5(i::VARCHAR) AS payload_hash, i AS received FROM range(1, 200) t(i)`,
    )
    await db.run(
      `INSERT INTO sessions BY NAME SELECT DISTINCT session_id, 'Title' AS title, 100 AS total_tokens FROM usage_records`,
    )
  })
  return file
}

/** Opens a database for writing, as the program does. */
export function change(file: string, work: (db: Db) => Promise<unknown>): Promise<void> {
  return withStore(file, { access: 'write', threads: 1 }, db => work(db).then(() => undefined))
}

/** What a database file holds: each table's rows and a sum over them. */
export function contentOf(file: string): Promise<TableSum[]> {
  return withEngine({ file }, async ({ db, attach }) => {
    await attach(file, 'content', { access: 'read' })
    return sumTables(db, 'content')
  })
}
