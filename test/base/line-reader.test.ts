import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLineReader, type FoundLine } from '../../src/base/line-reader.ts'

/** All lines of a text, read in steps of a size. */
function readAll(text: string, { longest = 1 << 20, step = 1 << 30 } = {}): (FoundLine & { text: string })[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-lines-'))
  const file = path.join(folder, 'x.jsonl')
  writeFileSync(file, text)
  const descriptor = openSync(file, 'r')
  onTestFinished(() => {
    closeSync(descriptor)
    rmSync(folder, { recursive: true })
  })
  const reader = createLineReader(descriptor, longest)
  const found: FoundLine[] = []
  while (reader.readOn(step, line => found.push(line))) {
    // To the end.
  }
  const bytes = Buffer.from(text)
  return found.map(line => ({
    ...line,
    text: bytes.subarray(line.start, line.start + line.length).toString(),
  }))
}

test('visits every line with its place, whatever the step', () => {
  const lines = Array.from({ length: 3000 }, (_, n) => JSON.stringify({ n, pad: 'ü'.repeat(n % 700) }))
  const text = `\n  \r\n${lines.join('\n')}\n`

  for (const step of [1, 5000, 1 << 30]) {
    const found = readAll(text, { step })

    expect(found.map(line => line.text)).toEqual(lines)
    expect(found.map(line => line.value?.n)).toEqual(lines.map((_, n) => n))
  }
})

test('names a line that is too long by its whole length, and reads those around it', () => {
  const long = JSON.stringify({ long: 'x'.repeat(3 << 20) })

  const found = readAll(`{"a":1}\n${long}\n{"b":2}\n`, { longest: 600_000 })

  expect(found.map(line => [line.length, line.isTooLong])).toEqual([
    [7, false],
    [long.length, true],
    [7, false],
  ])
  expect(found[2]).toMatchObject({ text: '{"b":2}', value: { b: 2 } })
})

test('takes a last line without an end if it is whole, and leaves one that is still being written', () => {
  expect(readAll('{"a":1}\n{"b":2}').map(line => line.text)).toEqual(['{"a":1}', '{"b":2}'])
  expect(readAll('{"a":1}\n{"b":').map(line => line.text)).toEqual(['{"a":1}'])
  expect(readAll('{"a":1}\n{"b":\n').map(line => line.value)).toEqual([{ a: 1 }, undefined])
})
