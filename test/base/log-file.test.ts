import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeLog } from '../../src/base/log-file.ts'

function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const now = new Date('2026-11-01T12:00:00Z')
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8)

describe('the log', () => {
  test('gets one line for each event: when, about what, what', () => {
    const file = path.join(aFolder(), 'data/sync.log')

    writeLog(file, 'record', 'no transcript', now)
    writeLog(file, 'hook', 'no time', now)

    expect(readFileSync(file, 'utf8')).toBe(
      '2026-11-01T12:00:00.000Z record: no transcript\n2026-11-01T12:00:00.000Z hook: no time\n',
    )
  })

  test('is for the person alone, also if it was not', () => {
    const folder = path.join(aFolder(), 'data')
    const file = path.join(folder, 'sync.log')

    writeLog(file, 'record', 'first', now)
    const modes = [modeOf(folder), modeOf(file)]
    chmodSync(file, 0o644)
    writeLog(file, 'record', 'second', now)

    expect([...modes, modeOf(file)]).toEqual(['700', '600', '600'])
  })

  test('holds nothing that a terminal would obey, and no line of another’s making', () => {
    const file = path.join(aFolder(), 'sync.log')

    writeLog(file, 'record', 'a\nb\r\n2026-11-01 forged: c\x1b]0;owned\x07d\x9b31me\u202ef\0g\u2028h', now)

    expect(readFileSync(file, 'utf8')).toBe(
      '2026-11-01T12:00:00.000Z record: a b 2026-11-01 forged: cdefg h\n',
    )
  })

  test('cuts a very long text', () => {
    const file = path.join(aFolder(), 'sync.log')

    writeLog(file, 'record', 'a'.repeat(1_000_000), now)

    expect(statSync(file).size).toBeLessThan(2100)
  })

  test('begins anew when it has grown to a megabyte, and one old one is kept', () => {
    const folder = aFolder()
    const file = path.join(folder, 'sync.log')
    const full = (letter: string) => `${letter.repeat(1 << 20)}\n`

    writeFileSync(file, full('a'))
    writeLog(file, 'record', 'first', now)
    const [first, old] = [readFileSync(file, 'utf8'), readFileSync(`${file}.1`, 'utf8')]
    writeFileSync(file, full('b'))
    writeLog(file, 'record', 'second', now)

    expect(first).toMatch(/^2026.* record: first\n$/)
    expect(old).toBe(full('a'))
    expect(readFileSync(file, 'utf8')).toMatch(/^2026.* record: second\n$/)
    expect(readFileSync(`${file}.1`, 'utf8')).toBe(full('b'))
    expect(readdirSync(folder).sort()).toEqual(['sync.log', 'sync.log.1'])
  })

  test('is not turned while somebody else turns it, but after one who was killed at it', () => {
    const file = path.join(aFolder(), 'sync.log')
    writeFileSync(file, 'a'.repeat(2 << 20))
    writeFileSync(`${file}.lock`, `${process.pid} somebody`)

    writeLog(file, 'record', 'meanwhile', now)
    const isTurned = existsSync(`${file}.1`)
    utimesSync(`${file}.lock`, 0, 0)
    writeLog(file, 'record', 'later', now)

    expect(isTurned).toBe(false)
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('meanwhile')
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+ record: later\n$/)
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  test('goes on in a file that is not full', () => {
    const file = path.join(aFolder(), 'sync.log')
    writeFileSync(file, 'a'.repeat(1 << 20))

    writeLog(file, 'record', 'one more', now)

    expect(existsSync(`${file}.1`)).toBe(false)
  })

  test.each([
    ['a folder in its place', (file: string) => mkdirSync(file, { recursive: true })],
    ['a file in the place of its folder', (file: string) => writeFileSync(path.dirname(file), '')],
    [
      'a folder in the place of the old one',
      (file: string) => {
        mkdirSync(`${file}.1`, { recursive: true })
        writeFileSync(file, 'a'.repeat(2 << 20))
      },
    ],
  ])('never throws: %s', (_, spoil) => {
    const file = path.join(aFolder(), 'data/sync.log')
    spoil(file)

    expect(() => writeLog(file, 'record', 'lost', now)).not.toThrow()
  })
})
