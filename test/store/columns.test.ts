import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelColumns, sessionColumns } from '../../src/features/sessions/project-sessions.ts'
import { ledgerColumns } from '../../src/features/usage/ledger-rows.ts'
import { withStore } from '../../src/store/open.ts'
import { syncedTables } from '../../src/store/tables.ts'

let folder: string
let schema: Map<string, [column: string, type: string][]>

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'csl-columns-'))
  const file = path.join(folder, 'sessions.duckdb')
  const rows = await withStore(file, { access: 'write' }, db =>
    db.rows<{ tableName: string; columnName: string; dataType: string }>(
      `SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY column_index`,
    ),
  )
  schema = new Map()
  for (const { tableName, columnName, dataType } of rows) {
    const type = dataType === 'TIMESTAMP WITH TIME ZONE' ? 'TIMESTAMPTZ' : dataType
    schema.set(tableName, [...(schema.get(tableName) ?? []), [columnName, type]])
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every column that may travel is in the migrated schema, in its order and of its type', () => {
  for (const { name, columns } of syncedTables) {
    const found = schema.get(name)?.slice(0, Object.keys(columns).length)

    expect(found, name).toEqual(Object.entries(columns))
  }
})

test('only the ledger and the changes keep local columns beside those that travel', () => {
  const computed = syncedTables.map(({ name, columns }) => [
    name,
    (schema.get(name) ?? []).slice(Object.keys(columns).length).map(([column]) => column),
  ])

  expect(computed).toEqual([
    ['usage_records', ['counted', 'owner_session_id', 'card_id', 'cost_pico', 'first_seq']],
    ['session_facts', []],
    ['machines', []],
    ['changes', ['received']],
  ])
})

test('rows are appended with the columns in the order of their table', () => {
  for (const [table, columns] of [
    ['usage_records', ledgerColumns],
    ['sessions', sessionColumns],
    ['session_models', modelColumns],
  ] as const) {
    const found = schema.get(table)?.map(([column]) => column)

    expect([...columns], table).toEqual(found)
  }
})

test('keys and columns on request are columns that travel', () => {
  for (const { name, key, onRequest, columns } of syncedTables) {
    expect(Object.keys(columns), name).toEqual(expect.arrayContaining([...key, ...onRequest]))
  }
})
