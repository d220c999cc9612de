import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Skimmer } from '../../src/base/json-skim.ts'
import { LongText, members, pick, textOrMembers, whole } from '../../src/base/json-wish.ts'

const inner = members({
  type: whole,
  text: textOrMembers({}),
  'odd key': whole,
  input: members({ skill: whole }),
})
const wish = members({
  type: whole,
  id: whole,
  usage: members({ n: whole, deep: inner }),
  content: textOrMembers({ type: whole, text: textOrMembers({}), list: inner }),
})
const wanted = ['type', 'id', 'usage', 'content', 'n', 'deep', 'text', 'odd key', 'input', 'skill', 'list']

/** What the skimmer makes of a line that begins at any byte of a buffer; undefined where it leaves it to others. */
function skim(bytes: Buffer, offset = 0, skimmer?: Skimmer): unknown {
  const memory = Buffer.allocUnsafeSlow(Math.ceil((bytes.length + offset + 1) / 4) * 4)
  memory.fill(0x22)
  bytes.copy(memory, offset)
  memory[offset + bytes.length] = 0x0a
  const buffer = { bytes: memory, words: new Int32Array(memory.buffer) }
  return built((skimmer ?? new Skimmer(wish, buffer)).skim(buffer, offset, offset + bytes.length))
}

/** Text on demand, asked for. */
function built(value: unknown): unknown {
  if (value instanceof LongText) return value.read()
  if (Array.isArray(value)) return value.map(built)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, built(part)]))
}

/** What there is to be had of a line by the usual way; undefined where it is no object. */
function parsed(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? pick(value, wish)
      : undefined
  } catch {
    return undefined
  }
}

/** Values as transcripts have them, with the wanted keys in all the wrong places too. */
const { line } = fc.letrec(tie => ({
  key: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...wanted) },
    fc.string(),
    fc.string({ unit: 'binary' }),
  ),
  text: fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('"type":"x"', '\\', '\\"', '{"id":1}', '\n', '\u2028', 'ä', '\ud800', '💶'),
  ),
  scalar: fc.oneof(
    tie('text'),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(0, 1e15, 1e16, 123456789012345),
  ),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('scalar'),
    tie('line'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  line: fc.dictionary(tie('key') as fc.Arbitrary<string>, tie('value'), { maxKeys: 8 }),
}))

describe('skimming a line', () => {
  test('gives what parsing it whole and picking would give, wherever it lies in memory', () => {
    fc.assert(
      fc.property(line, fc.nat(3), fc.constantFrom(undefined, 1, '\t '), (value, offset, space) => {
        const bytes = Buffer.from(JSON.stringify(value, null, space).replaceAll('\n', ' '))

        // A key with an escape is left to others.
        expect(skim(bytes, offset) ?? parsed(bytes)).toEqual(parsed(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('takes no line that is malformed, whatever byte is changed, lost or added', () => {
    fc.assert(
      fc.property(
        line,
        fc.nat(),
        fc.nat(255),
        fc.constantFrom(0, 1),
        fc.constantFrom(0, 1),
        (value, place, byte, cut, add) => {
          const text = Buffer.from(JSON.stringify(value))
          const at = place % (text.length + 1)
          const bytes = Buffer.concat([
            text.subarray(0, at),
            Buffer.alloc(add, byte),
            text.subarray(at + cut),
          ])
          fc.pre(!bytes.includes(0x0a))

          const skimmed = skim(bytes)

          if (skimmed !== undefined) expect(skimmed).toEqual(parsed(bytes))
        },
      ),
      { numRuns: 5000 },
    )
  })

  test.each([
    '{"type":"a","type":"b"}',
    '{"usage":{"n":1},"usage":{"deep":2}}',
    '{"n":-0,"id":-0.0,"type":1e3}',
    '{"id":"\\u0041\\ud83d\\ude00\\ud800"}',
    '{"__proto__":{"id":1},"id":{"__proto__":2}}',
    '{"id":[{"type":[]},[[]],{}]}',
    '{"content":[["x"],"y",{"list":[{"type":1}]}]}',
    ' {"id" : "x" , "usage" : { } }\r',
    `{"id":${'['.repeat(150)}${']'.repeat(150)}}`,
  ])('reads %s', text => {
    const bytes = Buffer.from(text)

    expect(skim(bytes)).toEqual(parsed(bytes))
    expect(skim(bytes)).toBeDefined()
  })

  test.each([
    '{"id":01}',
    '{"id":1.}',
    '{"id":+1}',
    '{"id":.5}',
    '{"id":1e}',
    '{"id":"\\x"}',
    '{"id":"\\u00g0"}',
    '{"id":"a\tb"}',
    '{"id":tru}',
    '{"id":truely}',
    '{"id":nul}',
    '{"id":NaN}',
    '{"id":1,}',
    '{"id":[1,]}',
    '{"x":[,1]}',
    '{"x" 1}',
    '{x:1}',
    '{"id":1}}',
    '{"id":1}{',
    '{"x":{"y"}}',
    '{"x":[1}',
    '{"id":"',
    '{"id":"\\',
    '{"id":"\\u',
    '{',
    '[]',
    '{"id":\u00a01}',
  ])('leaves %s to others', text => {
    expect(skim(Buffer.from(text))).toBeUndefined()
    expect(parsed(Buffer.from(text))).toBeUndefined()
  })

  test.each(['{"\\u0069d":1}', `{"id":${'['.repeat(5000)}${']'.repeat(5000)}}`])(
    'leaves what is rare to others: %.20s',
    text => {
      expect(skim(Buffer.from(text))).toBeUndefined()
    },
  )

  test('takes bytes that are no UTF-8 as the usual way does', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"id":"a'),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ])

    expect(skim(bytes)).toEqual(parsed(bytes))
  })

  test('keeps apart what a member says on one line and on the next', () => {
    const memory = { bytes: Buffer.alloc(4), words: new Int32Array(1) }
    const skimmer = new Skimmer(wish, memory)
    const says = (id: string) => skim(Buffer.from(JSON.stringify({ id })), 0, skimmer)

    for (const id of ['a', 'a', 'b', 'ab', 'a', '', 'ä', 'a', 'x'.repeat(80), 'a'])
      expect(says(id)).toEqual({ id })
  })
})
