import { expect, test } from 'vitest'
import { findPaths } from '../../src/base/paths.ts'
import { sortDataFolder } from '../../src/setup/data-folder.ts'

const paths = findPaths({ HOME: '/home/ada' })

test('what cannot be made anew, what is worked with and what is not ours are told apart', () => {
  const data = [
    'sessions.duckdb',
    'sessions.duckdb.wal',
    'sessions.duckdb.damaged-2026-11-20',
    'changes.jsonl',
    'machine.json',
    'settings.json',
    'prices.json',
    'session_types.yaml',
    'inbox-seen.txt',
    'pseudonym.key',
    'sync-state.json',
    'backups',
  ]
  const tools = [
    'hook.sh',
    'setup.json',
    'setup-backup-0123456789abcdef.txt',
    'setup-crontab.txt',
    'sync.log',
    'sync.log.1',
    '.machine.json.0123456789ab.tmp',
    'spool',
  ]
  const others = ['setup-backup-of-mine.txt', '.profile', 'notes', 'hook.shy']

  const sorted = sortDataFolder(paths, [...data, ...tools, ...others], false)

  expect(sorted).toEqual({ data, tools, others })
})

test('payloads that wait are sessions that are nowhere else', () => {
  expect(sortDataFolder(paths, ['spool'], true)).toEqual({ data: ['spool'], tools: [], others: [] })
})
