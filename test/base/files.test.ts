import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createFileAtomic, readTextIfThere, writeFileAtomic } from '../../src/base/files.ts'

function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8)

describe('reading a file that may be missing', () => {
  test('gives its text, or nothing where it or its folder is none', () => {
    const folder = aFolder()
    const file = path.join(folder, 'there')
    writeFileSync(file, 'söhne\n')

    const texts = [file, path.join(folder, 'missing'), path.join(file, 'below a file')].map(readTextIfThere)

    expect(texts).toEqual(['söhne\n', undefined, undefined])
  })

  test('throws what else is wrong', () => {
    expect(() => readTextIfThere(aFolder())).toThrow(/EISDIR/)
  })
})

describe('writing a file whole', () => {
  test('makes it and its folder for the person alone, and leaves nothing beside it', async () => {
    const folder = path.join(aFolder(), 'a/b')
    const file = path.join(folder, 'machine.json')

    await writeFileAtomic(file, 'one')

    expect(readFileSync(file, 'utf8')).toBe('one')
    expect([modeOf(file), modeOf(folder)]).toEqual(['600', '700'])
    expect(readdirSync(folder)).toEqual(['machine.json'])
  })

  test('replaces what was there, its mode too', async () => {
    const file = path.join(aFolder(), 'machine.json')
    writeFileSync(file, 'a longer text than the new one')
    chmodSync(file, 0o644)

    await writeFileAtomic(file, 'new')

    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['new', '600'])
  })

  test('replaces a link, and not what it leads to', async () => {
    const folder = aFolder()
    const elsewhere = path.join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'theirs')
    const file = path.join(folder, 'machine.json')
    symlinkSync(elsewhere, file)

    await writeFileAtomic(file, 'ours')

    expect([readFileSync(file, 'utf8'), readFileSync(elsewhere, 'utf8')]).toEqual(['ours', 'theirs'])
  })

  test('that fails leaves what was there, and nothing beside it', async () => {
    const folder = aFolder()
    const file = path.join(folder, 'machine.json')
    mkdirSync(path.join(file, 'full'), { recursive: true })

    await expect(writeFileAtomic(file, 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)

    expect(readdirSync(folder)).toEqual(['machine.json'])
    expect(readdirSync(file)).toEqual(['full'])
  })

  test('by many at once leaves one of their texts, whole', async () => {
    const folder = aFolder()
    const file = path.join(folder, 'machine.json')
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(100_000))

    await Promise.all(texts.map(text => writeFileAtomic(file, text)))

    expect(texts).toContain(readFileSync(file, 'utf8'))
    expect(readdirSync(folder)).toEqual(['machine.json'])
  })
})

describe('making a file that must be new', () => {
  test('never writes over one, and says so', async () => {
    const folder = aFolder()
    const file = path.join(folder, 'machine.json')

    const made = [await createFileAtomic(file, 'first'), await createFileAtomic(file, 'second')]

    expect(made).toEqual([true, false])
    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['first', '600'])
    expect(readdirSync(folder)).toEqual(['machine.json'])
  })

  test('by many at once: one of them made it', async () => {
    const folder = aFolder()
    const file = path.join(folder, 'machine.json')

    const made = await Promise.all(Array.from({ length: 20 }, (_, n) => createFileAtomic(file, `text ${n}`)))

    expect(made.filter(Boolean)).toHaveLength(1)
    expect(readFileSync(file, 'utf8')).toBe(`text ${made.indexOf(true)}`)
    expect(readdirSync(folder)).toEqual(['machine.json'])
  })
})
