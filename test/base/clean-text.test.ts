import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanLines, cleanText, dropControls } from '../../src/base/clean-text.ts'

describe('cleaning text for one line', () => {
  test.each([
    ['colours', 'a \x1b[1;31mred\x1b[0m rose', 'a red rose'],
    ['private modes and intermediates', '\x1b[?1049hx\x1b[2 qy', 'xy'],
    ['eight-bit CSI', 'a\x9b31mb', 'ab'],
    ['a window title ended by BEL', '\x1b]0;evil\x07kept', 'kept'],
    ['the clipboard ended by ST', '\x1b]52;c;ZXZpbA==\x1b\\kept', 'kept'],
    ['an eight-bit OSC', '\x9d0;evil\x9ckept', 'kept'],
    ['DCS over several lines', 'a\x1bPq#0\n#1\x1b\\b', 'ab'],
    ['APC, PM and SOS', '\x1b_x\x1b\\1\x1b^x\x1b\\2\x1bXx\x1b\\3', '123'],
    ['a control string that was cancelled', '\x1b]0;evil\x18kept', 'kept'],
    ['a reset', '\x1bcx', 'x'],
    ['a character set', '\x1b(0x', 'x'],
    ['a lone escape at the end', 'x\x1b', 'x'],
    ['a hyperlink around text', '\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['an escape hidden in an escape', '\x1b\x1b[31mx', 'x'],
    ['bell, backspace, delete and NUL', 'a\x07b\x08c\x7fd\0e', 'abcde'],
    ['other C1 controls', 'a\x85b\x84c', 'abc'],
    ['bidi controls', '\u202egpj\u202c\u200e\u200f\u061c\u2066x\u2069', 'gpjx'],
    ['a byte order mark', '\ufeffa\ufeffb', 'ab'],
  ])('drops %s', (_, hostile, expected) => {
    const cleaned = cleanText(hostile)

    expect(cleaned).toBe(expected)
  })

  test('drops the rest of the line after a control string that never ends', () => {
    const hostile = 'shown \x1b]0;title\nnext \x1bPpayload\x1b[1m bold'

    const cleaned = cleanText(hostile)

    expect(cleaned).toBe('shown next bold')
  })

  test('turns tabs, line ends and runs of white space into one blank and trims', () => {
    const text = '\t one\ttwo\r\nthree\u2028four\u2029five  \u00a0 six\v\f\n'

    const cleaned = cleanText(text)

    expect(cleaned).toBe('one two three four five six')
  })

  test('replaces lone surrogates and keeps pairs', () => {
    const text = 'a\ud83d b\ude00 \u{1f600} \ude00\ud83d'

    const cleaned = cleanText(text)

    expect(cleaned).toBe('a\ufffd b\ufffd \u{1f600} \ufffd\ufffd')
  })

  test('keeps text of every script, emoji sequences included', () => {
    const text = 'Größe 日本語 ไทย עברית 👩‍👩‍👧 🇩🇪 e\u0301'

    const cleaned = cleanText(text)

    expect(cleaned).toBe(text)
  })

  test('does with each character what is done with text of several lines', () => {
    const wrong: string[] = []
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code)
      for (const text of [`a${character}b`, `${character} b`, `b ${character}`, `b  ${character}`])
        if (!/[\r\n]/.test(text) && cleanText(text) !== cleanLines(text)) wrong.push(code.toString(16))
    }

    expect(wrong).toEqual([])
  })

  test('leaves nothing a terminal would obey, whatever the text', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        ']',
        'P',
        '\\',
        '\x07',
        '\x9b',
        '\x9c',
        '\x9d',
        '3',
        'm',
        '\n',
        '\u202e',
        '\ud83d',
        '\ude00',
        ' ',
      ),
      maxLength: 40,
    })

    fc.assert(
      fc.property(nasty, text => {
        const cleaned = cleanText(text)

        expect(cleaned).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]|\p{Surrogate}/u)
        expect(cleanText(cleaned)).toBe(cleaned)
      }),
    )
  })

  // With a quadratic expression each of these would take minutes.
  test.each([
    ['OSC introducers', '\x1b]'],
    ['eight-bit OSC introducers', '\x9d'],
    ['CSI introducers', '\x1b['],
    ['escapes', '\x1b'],
    ['parameters after one CSI', '1;', '\x1b['],
    ['intermediates after one escape', ' ', '\x1b'],
    ['payload after one OSC', 'x', '\x1b]'],
    ['payload after every OSC', '\x1b]xxxxxxxxxxxxxxxxxxxxxxx\n'],
    ['blanks before a word', ' ', 'x', 'x'],
    ['lone surrogates', '\ud83d'],
  ])('gets through a megabyte of %s', (_, part, before = '', after = '') => {
    const hostile = before + part.repeat(1_000_000 / part.length) + after

    const cleaned = cleanText(hostile)

    expect(cleaned).not.toMatch(/[\x1b\x9d\ud83d]/)
  })
})

describe('cleaning text of several lines', () => {
  test('keeps the line ends and cleans each line', () => {
    const text = 'one\t \x1b[1mtwo\x1b[0m  \r\n\r\n  three\u2028four'

    const cleaned = cleanLines(text)

    expect(cleaned).toBe('one two\n\nthree four')
  })

  test('drops empty lines at both ends', () => {
    const cleaned = cleanLines('\n \n\x1b[2Jtext\n\t\n')

    expect(cleaned).toBe('text')
  })

  test('drops a control string that spans lines as a whole', () => {
    const cleaned = cleanLines('before\n\x1bPone\ntwo\x1b\\after')

    expect(cleaned).toBe('before\nafter')
  })
})

test('dropping controls leaves white space as it was', () => {
  const text = '  a  b\t\x1b[31mc\r\n\r\n d \u00a0'

  const dropped = dropControls(text)

  expect(dropped).toBe('  a  b\tc\r\n\r\n d \u00a0')
})
