import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeDataFolder, makePrivate, makePrivateFolder } from '../../src/base/private.ts'

function aFolder(name: string, mode: number): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'csl-private-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const folder = path.join(parent, name)
  mkdirSync(folder)
  chmodSync(folder, mode)
  return folder
}

function aFile(folder: string, name: string, mode: number): string {
  const file = path.join(folder, name)
  writeFileSync(file, '')
  chmodSync(file, mode)
  return file
}

const modeOf = (name: string) => (statSync(name).mode & 0o7777).toString(8)

describe('a data folder that others may look into', () => {
  test.each([
    ['of our name, whatever is in it', 'claude-session-logger', 0o755, ['notes.txt'], '700'],
    [
      'of another name, with our things',
      'logbook',
      0o777,
      ['sessions.duckdb.wal', 'sync.log.1', 'changes.jsonl', 'settings.json', 'pseudonym.key', '.x'],
      '700',
    ],
    ['of another name, with other things too', 'shared', 0o755, ['sessions.duckdb', 'notes.txt'], '755'],
    ['that all share', 'tmp', 0o1777, [], '1777'],
    ['that its person may not write', 'logbook', 0o555, [], '500'],
  ])('%s', (_, name, mode, files, expected) => {
    const folder = aFolder(name, mode)
    for (const file of files) aFile(folder, file, 0o644)

    makeDataFolder(folder)

    expect(modeOf(folder)).toBe(expected)
    expect(files.map(file => modeOf(path.join(folder, file)))).toEqual(files.map(() => '644'))
  })

  test('behind a link stays as it is', () => {
    const folder = aFolder('elsewhere', 0o755)
    const link = path.join(folder, '..', 'claude-session-logger')
    symlinkSync(folder, link)

    makeDataFolder(link)
    makePrivateFolder(link)

    expect(modeOf(folder)).toBe('755')
  })

  test('is made with all above it where there is none', () => {
    const folder = path.join(aFolder('home', 0o755), 'a/b')

    makeDataFolder(folder)

    expect([modeOf(folder), modeOf(path.dirname(folder))]).toEqual(['700', '700'])
  })
})

describe('a file of ours', () => {
  test.each([
    [0o644, '600'],
    [0o755, '700'],
    [0o400, '400'],
  ])('of mode %i keeps only what its person may do', (mode, expected) => {
    const file = aFile(aFolder('home', 0o755), 'sync.log', mode)

    makePrivate(file)

    expect(modeOf(file)).toBe(expected)
  })

  test('that is a link, a folder or not there at all is left alone', () => {
    const folder = aFolder('home', 0o755)
    const elsewhere = aFile(folder, 'elsewhere', 0o644)
    symlinkSync(elsewhere, path.join(folder, 'sync.log'))

    for (const name of ['sync.log', '', 'missing']) makePrivate(path.join(folder, name))

    expect([modeOf(elsewhere), modeOf(folder)]).toEqual(['644', '755'])
  })

  test('that is another person’s is left alone', () => {
    const file = aFile(aFolder('home', 0o755), 'sync.log', 0o644)
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(file, 12_345, 12_345)
    const theirs = isRoot ? file : '/etc/passwd'

    makePrivate(theirs)

    expect(modeOf(theirs)).toBe('644')
  })
})
