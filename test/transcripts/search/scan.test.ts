import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createScanBuffer, objectsOf, scanFile } from '../../../src/transcripts/search/scan.ts'
import { aFolder } from '../../support/search.ts'

/** The numbers of the lines that are visited. */
function visited(bytes: string, pattern: RegExp, size = 1 << 10, folder = aFolder()): unknown[] {
  const file = path.join(folder, 'scanned.jsonl')
  writeFileSync(file, bytes)
  const seen: unknown[] = []
  scanFile(file, pattern, Buffer.alloc(size), ({ n }) => {
    seen.push(n)
    return false
  })
  return seen
}

test('a line that matches is visited once, wherever it stands', () => {
  const folder = aFolder()
  for (let pad = 0; pad < 1100; pad++) {
    const lines = [
      { n: 0, pad: 'x'.repeat(pad) },
      { n: 1, text: 'a pear' },
      { n: 2, pad: 'x'.repeat(1500 - pad) },
      { n: 3, text: 'pear' },
    ]
    const bytes = lines.map(line => JSON.stringify(line)).join('\n')

    expect(visited(bytes, /pear/g, 1 << 10, folder)).toEqual([1, 3])
  }
})

test('a line of megabytes is visited once, and what follows it, too', () => {
  const long = JSON.stringify({ n: 1, a: 'pear', b: 'x'.repeat(5 << 20), c: 'pear' })
  const bytes = `{"n":0}\n${long}\n{"n":2,"text":"pear"}\n`

  expect(visited(bytes, /pear/g, createScanBuffer().length)).toEqual([1, 2])
})

test('a line that nobody can hold is passed over', () => {
  const long = JSON.stringify({ n: 0, a: 'pear', b: 'x'.repeat(33 << 20), c: 'pear' })
  const bytes = `${long}\n{"n":1,"a":"pear"}\n`

  expect(visited(bytes, /pear/g, createScanBuffer().length)).toEqual([1])
})

test('lines end at LF alone, and what is no object is passed over', () => {
  const bytes = [
    '\ufeff{"n":1,"a":"pear"}\r',
    '["pear"]',
    '{"a":"pear',
    'pear\0',
    '{"n":2,"a":"pear \u2028"}',
  ].join('\n')

  expect(visited(bytes, /pear/g)).toEqual([1, 2])
})

test('visiting ends when it is told so', () => {
  const file = path.join(aFolder(), 'scanned.jsonl')
  writeFileSync(file, '{"n":1}\n{"n":2}\n')
  const seen: unknown[] = []

  scanFile(file, /[12]/g, createScanBuffer(), line => {
    seen.push(line.n)
    return true
  })

  expect(seen).toEqual([1])
})

test('what is no file is an error, and a pipe that nobody writes to holds nobody', () => {
  const folder = aFolder()
  const pipe = path.join(folder, 'pipe.jsonl')
  execFileSync('mkfifo', [pipe])

  for (const place of [folder, pipe, path.join(folder, 'nowhere')]) {
    expect(() => scanFile(place, /x/g, createScanBuffer(), () => true)).toThrow(/regular file|ENOENT/)
  }
})

test('the objects of a file are read as they are asked for', () => {
  const file = path.join(aFolder(), 'objects.jsonl')
  writeFileSync(file, '{"n":1}\nbroken\n\n{"n":2}')

  expect([...objectsOf(file)]).toEqual([{ n: 1 }, { n: 2 }])
})
