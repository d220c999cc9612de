import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createScratch, type JsonObject, ReadBudgetError, readJsonLines } from '../../src/base/jsonl.ts'

function aFile(bytes: string | Buffer): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-jsonl-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'lines.jsonl')
  writeFileSync(file, bytes)
  return file
}

async function read(file: string, options: Parameters<typeof readJsonLines>[2] = {}) {
  const values: JsonObject[] = []
  const raw: string[] = []
  const counts = await readJsonLines(
    file,
    (value, text) => {
      values.push(value)
      raw.push(text())
    },
    options,
  )
  return { values, raw, ...counts }
}

describe('reading lines', () => {
  test('gives every object in order, with the text it stood in', async () => {
    const { values, raw, lines, malformed } = await read(aFile('{"n":1}\n{ "n": 2 }\n'))

    expect(values).toEqual([{ n: 1 }, { n: 2 }])
    expect(raw).toEqual(['{"n":1}', '{ "n": 2 }'])
    expect({ lines, malformed }).toEqual({ lines: 2, malformed: 0 })
  })

  test('takes a line without an end, and none where there is nothing', async () => {
    expect((await read(aFile('{"n":1}'))).values).toEqual([{ n: 1 }])
    expect(await read(aFile(''))).toMatchObject({ lines: 0, malformed: 0 })
  })

  test('passes over blank lines, a mark of the byte order and ends of other systems', async () => {
    const { values, lines } = await read(aFile('\ufeff{"n":1}\r\n\r\n \t\n{"n":2}\r\n'))

    expect(values).toEqual([{ n: 1 }, { n: 2 }])
    expect(lines).toBe(2)
  })

  test.each([
    '[]',
    '5',
    'null',
    '"text"',
    'NaN',
    '{"n":NaN}',
    '{"n":1}{"n":2}',
    '{"n":"\u0001"}',
    '{"n":',
    '\u0000',
  ])('counts %j as malformed, and goes on', async line => {
    const { values, lines, malformed } = await read(aFile(`${line}\n{"n":1}\n`))

    expect(values).toEqual([{ n: 1 }])
    expect({ lines, malformed }).toEqual({ lines: 2, malformed: 1 })
  })

  test('ends a line at a line feed alone', async () => {
    const text = 'a\u2028b\u2029c\u0085d'

    const { values } = await read(aFile(`${JSON.stringify({ text })}\n`))

    expect(values).toEqual([{ text }])
  })

  test('puts a mark in the place of bytes that are no text', async () => {
    const bytes = Buffer.concat([Buffer.from('{"text":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('b"}\n')])

    const { values } = await read(aFile(bytes))

    expect(values).toEqual([{ text: 'a\ufffd\ufffdb' }])
  })

  // Around the size of what is read at once, and of what it grows to.
  const megabyte = 1 << 20
  test.each([
    megabyte - 1,
    megabyte,
    megabyte + 1,
    2 * megabyte - 1,
    2 * megabyte,
    2 * megabyte + 1,
    5 * megabyte + 7,
  ])('gives lines of %i bytes, and those around them, whole', async size => {
    const long = (n: number) => JSON.stringify({ n, text: 'orchard' }).padEnd(size - 1)
    const texts = [long(1), '{"n":2}', long(3), long(4), '{"n":5,"text":"ä"}']
    const file = aFile(texts.map(text => `${text}\n`).join(''))

    const fresh = await read(file)
    const scratch = createScratch()
    await read(aFile(`${long(9)}\n`), { scratch })
    const again = await read(file, { scratch })

    expect(fresh.raw.map(text => text.length)).toEqual(texts.map(text => text.length))
    expect(fresh.values.map(value => value.n)).toEqual([1, 2, 3, 4, 5])
    expect(fresh.values).toEqual(texts.map(text => JSON.parse(text)))
    expect(again.values).toEqual(fresh.values)
  })

  test('stops when its time is over', async () => {
    const file = aFile('{"n":1}\n')

    await expect(read(file, { deadlineMs: performance.now() - 1 })).rejects.toThrow(ReadBudgetError)
  })
})
