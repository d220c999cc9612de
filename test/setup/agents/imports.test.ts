import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addImport,
  type Import,
  importLine,
  isImported,
  removeImport,
} from '../../../src/setup/agents/imports.ts'

const wanted: Import = {
  folder: '/home/ada/.claude',
  userHome: '/home/ada',
  imported: '/home/ada/.claude/claude-session-logger.md',
}
const line = '@~/.claude/claude-session-logger.md'
const inFolder = (folder: string): Import => ({ ...wanted, folder, imported: `${folder}/csl.md` })

test.each([
  ['/home/ada/.claude', '@~/.claude/csl.md'],
  ['/home/ada/c d', '@~/c\\ d/csl.md'],
  ['/srv/it’s (1)', '@/srv/it’s\\ (1)/csl.md'],
  ['/home/ada/..x', '@~/..x/csl.md'],
  ['/home/ada/c#d', '@csl.md'],
  ['/home/ada/c\\d', '@csl.md'],
  ['/home/ada/c\td', '@csl.md'],
])('in %j the line is %s, and it is understood', (folder, said) => {
  expect(importLine(inFolder(folder))).toBe(said)
  expect(isImported(`# Mine\n${said}\n`, inFolder(folder))).toBe(true)
})

describe('what Claude Code takes for an import', () => {
  test.each([
    line,
    `Read ${line} first`,
    '@claude-session-logger.md',
    '@./claude-session-logger.md',
    '@/home/ada/.claude/claude-session-logger.md#part',
    `- one\n- ${line}`,
    `> ${line}`,
    `<!-- a comment -->\n${line}`,
    `\ufeff${line}`,
    `# Mine\r\n${line}\r\n`,
  ])('is one: %j', text => {
    expect(isImported(text, wanted)).toBe(true)
  })

  test.each([
    '',
    'claude-session-logger.md',
    '@other.md',
    `\`${line}\``,
    `\`\`\`\n${line}\n\`\`\``,
    `text\n\n    ${line}`,
    `<!-- ${line} -->`,
    `<!--\n\n${line}\n-->`,
    `me${line}`,
    `<div>\n${line}\n</div>`,
  ])('is none: %j', text => {
    expect(isImported(text, wanted)).toBe(false)
  })
})

test('the line is taken in by any text, as it should be read, and taken out to the byte', () => {
  const pieces = fc.constantFrom(
    ...[
      '# Mine',
      'text',
      '',
      '- item',
      '    code',
      '```',
      '~~~~',
      '<!--',
      '-->',
      '<div>',
      '`',
      '> quote',
      '| a |',
    ],
    ...[
      '---',
      '@other.md',
      '\t',
      `text about ${line}`,
      '1. one',
      '\ufeff',
      '<!-- @claude-session-logger.md -->',
    ],
  )
  const texts = fc
    .tuple(fc.boolean(), fc.array(pieces, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([hasMark, lines, end, isEnded]) => {
      const text = lines.join(end) + (isEnded ? end : '')
      return hasMark ? `\ufeff${text}` : text
    })

  fc.assert(
    fc.property(texts, text => {
      fc.pre(!isImported(text, wanted))
      const added = addImport(text, wanted)

      expect(isImported(added, wanted)).toBe(true)
      expect(removeImport(added, wanted)).toBe(text)
      expect(added.length - text.length).toBeLessThanOrEqual(line.length + 2)
    }),
    { numRuns: 3000 },
  )
})

test('the line stands at the end, but before a text that ends as code or a comment', () => {
  expect(addImport('# Mine\n', wanted)).toBe(`# Mine\n${line}\n`)
  expect(addImport('# Mine', wanted)).toBe(`# Mine\n${line}`)
  expect(addImport('a\r\nb\r\n', wanted)).toBe(`a\r\nb\r\n${line}\r\n`)
  expect(addImport('\ufeff# Mine\n```\ncode\n', wanted)).toBe(`\ufeff${line}\n# Mine\n\`\`\`\ncode\n`)
  expect(addImport('', wanted)).toBe(`${line}\n`)
})

test('what was written around the line later stays', () => {
  expect(removeImport(`a\n${line}\nb\n`, wanted)).toBe('a\nb\n')
  expect(removeImport(`a\n${line}\n`, wanted)).toBe('a\n')
  expect(removeImport(`a\n  ${line} and more\n`, wanted)).toBe(`a\n  ${line} and more\n`)
  expect(removeImport(`<!-- ${line} -->\n`, wanted)).toBe(`<!-- ${line} -->\n`)
})

test('a text that is very long is not given to a lexer', () => {
  const long = '['.repeat(600_000)

  expect(isImported(addImport(`${long}\n`, wanted), wanted)).toBe(true)
  expect(isImported(`${long}\n`, wanted)).toBe(false)
})
