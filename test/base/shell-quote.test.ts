import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../src/base/clean-text.ts'
import { shellQuote } from '../../src/base/shell-quote.ts'

describe('a word for a shell', () => {
  test.each(['/home/dev/orchard-api', 'claude', '--resume', 'a@b:c,d=e%f+g'])('%s needs no quotes', word => {
    expect(shellQuote(word)).toBe(word)
  })

  test.each([
    '',
    'two words',
    "it's",
    '$HOME `id` "x" \\ !',
    '*',
    ';rm -rf x',
    '~',
    '-n',
    '项目 🌳',
    '\x1b]0;title\x07',
    "line\nbreak 'and' \\quotes\\ \t",
    'left\u202eright\u2066',
    '\u009b31m',
  ])('%j comes out of the shell as it went in', word => {
    const out = execFileSync('bash', ['-c', `printf '%s' ${shellQuote(word)}`], { encoding: 'utf8' })

    expect(out).toBe(word)
  })

  test.each(['\x1b]0;title\x07', 'a\nb', 'left\u202eright', '\u009b31m', '\u2028'])(
    '%j shows nothing that a terminal would obey',
    word => {
      const quoted = shellQuote(word)

      expect(quoted).toMatch(/^\$'[ -~]*'$/)
      expect(cleanText(quoted)).toBe(quoted)
    },
  )
})
