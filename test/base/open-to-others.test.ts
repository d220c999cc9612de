import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeToOthers, openToOthers } from '../../src/base/open-to-others.ts'

function aFolder(name: string): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'csl-open-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const folder = path.join(parent, name)
  mkdirSync(path.join(folder, 'spool'), { recursive: true, mode: 0o700 })
  for (const file of ['sessions.duckdb', 'sessions.duckdb.wal', 'spool/1.json', 'notes.txt'])
    writeFileSync(path.join(folder, file), '', { mode: 0o600 })
  return folder
}

const mode = (...names: string[]) => statSync(path.join(...names)).mode & 0o777

test('what others may read in a data folder is named and closed, links and all', () => {
  const folder = aFolder('claude-session-logger')
  expect(openToOthers(folder)).toEqual([])
  const outside = path.join(path.dirname(folder), 'outside')
  writeFileSync(outside, '', { mode: 0o644 })
  symlinkSync(outside, path.join(folder, 'link'))
  chmodSync(folder, 0o755)
  chmodSync(path.join(folder, 'spool'), 0o750)
  chmodSync(path.join(folder, 'spool/1.json'), 0o640)
  chmodSync(path.join(folder, 'sessions.duckdb.wal'), 0o644)

  expect(openToOthers(folder).sort()).toEqual(['.', 'sessions.duckdb.wal', 'spool', 'spool/1.json'])
  closeToOthers(folder)

  expect(openToOthers(folder)).toEqual([])
  expect([mode(folder), mode(folder, 'spool'), mode(folder, 'spool/1.json')]).toEqual([0o700, 0o700, 0o600])
  expect(mode(outside)).toBe(0o644)
})

test('in a folder that holds other things too, only what we made is closed', () => {
  const folder = aFolder('my-things')
  for (const name of ['.', 'sessions.duckdb', 'notes.txt'])
    chmodSync(path.join(folder, name), name === '.' ? 0o755 : 0o644)

  expect(openToOthers(folder)).toEqual(['sessions.duckdb'])
  closeToOthers(folder)

  expect([mode(folder), mode(folder, 'sessions.duckdb'), mode(folder, 'notes.txt')]).toEqual([
    0o755, 0o600, 0o644,
  ])
})
