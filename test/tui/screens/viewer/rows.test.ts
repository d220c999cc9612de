import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { zoneClock } from '../../../../src/base/time.ts'
import type { Turn } from '../../../../src/transcripts/conversation.ts'
import { markdownRows } from '../../../../src/tui/screens/viewer/markdown-rows.ts'
import { type Look, turnParts } from '../../../../src/tui/screens/viewer/rows.ts'
import { highlighted, plain, rowText } from '../../../../src/tui/screens/viewer/runs.ts'
import { call, prompt, readTurns, reply, results, text } from '../../../support/conversations.ts'
import { messageId } from '../../../support/lines.ts'
import { hostile } from '../../../support/rich-home.ts'

const id = messageId(801)

function show(turn: Turn | undefined, look: Partial<Look> = {}, isOpen = false): string[] {
  if (!turn) throw new Error('no turn')
  const defaults = { columns: 40, showsThinking: false, showsResults: false, showsFacts: false }
  const parts = turnParts(
    turn,
    { ...defaults, clock: () => zoneClock('UTC'), markdown: markdownRows, ...look },
    isOpen,
  )
  return parts.flatMap(part => part.rows()).map(rowText)
}

function markdown(source: string, columns = 40): string[] {
  return markdownRows(source, columns).map(rowText)
}

const busy = () =>
  readTurns([
    reply(id, { type: 'thinking', thinking: 'Which\ntrees?' }),
    reply(id, text('Let me **look**.')),
    reply(id, call('t1', 'Bash', { command: 'ls -l\npwd' })),
    reply(id, call('t2', 'Agent', { description: 'count' })),
    results([{ id: 't1', content: 'a\n\tb', isError: true }], { toolUseResult: { agentId: 'a7' } }),
  ])[0]

describe('a turn on the screen', () => {
  test('is folded where it is long, and says how much is folded', () => {
    expect(show(busy())).toEqual([
      '● Opus 4.8',
      '  ▸ thinking · 2 lines, 12 B',
      '  Let me look.',
      '  ▪ Bash ls -l pwd',
      '    subagent a7 (a opens it)',
      '  ▸ error · 2 lines, 4 B',
      '  ▪ Agent count',
      '    no result',
      '',
    ])
  })

  test('shows all of it when it is open, with the input of tools', () => {
    expect(show(busy(), {}, true)).toEqual(
      expect.arrayContaining([
        '  ▾ thinking · 2 lines, 12 B',
        '    trees?',
        '      "command": "ls -l\\npwd"',
        '        b',
      ]),
    )
    expect(show(busy(), { showsThinking: true })).toContain('    trees?')
    expect(show(busy(), { showsResults: true })).not.toContain('    trees?')
  })

  test('names time, model and tokens on demand', () => {
    const [head] = show(busy(), { showsFacts: true, columns: 100 })

    expect(head).toBe('● Opus 4.8  2026-10-01 10:00:05 · claude-opus-4-8 · 10 in, 20 out, 0 written, 0 read')
  })

  test('never is wider than the screen, in wide letters and emoji too', () => {
    const wide = '漢字かな交じり文'.repeat(9)
    const turn = readTurns([
      reply(
        id,
        text(
          `${wide} 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 **${wide}**\n\n| a | b |\n|---|---|\n| ${wide} | x |\n\n- ${wide}\n\n> ${wide}`,
        ),
      ),
      reply(id, { type: 'thinking', thinking: wide }),
      reply(id, call('t1', wide, { command: wide })),
      results([{ id: 't1', content: wide.repeat(3) }]),
    ])[0]

    for (const columns of [10, 20, 31, 80]) {
      const rows = show(turn, { columns, showsFacts: true }, true)
      expect(rows.filter(row => textWidth(row) > columns)).toEqual([])
    }
  })

  test('never holds what a terminal obeys', () => {
    const turns = readTurns([
      prompt(hostile),
      reply(id, text(`# ${hostile}\n\n[${hostile}](http://x/${hostile}) \`${hostile}\``)),
      reply(id, { type: 'thinking', thinking: hostile }),
      reply(id, call('t1', hostile, { command: hostile })),
      results([{ id: 't1', content: hostile }], { toolUseResult: { agentId: hostile } }),
    ])

    for (const turn of turns) {
      const shown = show(turn, { showsFacts: true }, true).join('')
      expect(shown).not.toMatch(/[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
    }
  })
})

describe('Markdown', () => {
  test('has headings, lists, code, quotes and tables as people read them', () => {
    const source = [
      '## Plan',
      'One *two*',
      '- a\n  1. b\n- [x] c',
      '```ts\nlet x  = 1\n```',
      '> said',
      '| k | v |\n|---|---|\n| a | b |',
      '[docs](http://x/y) ![alt](z)',
      '<b>raw</b>',
    ].join('\n\n')

    expect(markdown(source)).toEqual([
      'Plan',
      '',
      'One two',
      '',
      '• a',
      '  1. b',
      '• [x] c',
      '',
      '│ let x  = 1',
      '',
      '▎ said',
      '',
      'k  v',
      '─  ─',
      'a  b',
      '',
      'docs (http://x/y) [image: alt]',
      '',
      '<b>raw</b>',
    ])
  })

  test('breaks the cells of a table that is too wide, and shows one as text that nothing helps', () => {
    const table =
      '| what | why |\n|---|---|\n| pears | they keep longer than **apples do** |\n| figs | sweet |'

    expect(markdown(table, 24)).toEqual([
      'what   why',
      '─────  ─────────────────',
      'pears  they keep longer ',
      '       than apples do',
      'figs   sweet',
    ])
    expect(
      markdown('| a | b | c | d |\n|-|-|-|-|\n| eeeeeeee | ffffffff | gggggggg | hhhhhhhh |', 20),
    ).toEqual(['| a | b | c | d |', '|-|-|-|-|', '| eeeeeeee | fffffff', 'f | gggggggg | hhhhh', 'hhh |'])
  })

  test('loses no word of any text', () => {
    const words = [
      '*a',
      '**b',
      '`c',
      '[d](',
      '![e',
      '| f',
      '> g',
      '# h',
      '1. i',
      '&amp; j',
      '<k',
      '~~l',
      '\\m',
      '[n]: k',
      '---',
      '- n',
    ]

    for (const first of words) {
      for (const second of words) {
        const source = `${first} ${second}\n${second}\n\n${first}`
        const shown = markdown(source).join('')
        const lost = [...'abcdefghijklmn'].filter(
          letter => shown.split(letter).length < source.split(letter).length,
        )
        expect([source, lost]).toEqual([source, []])
      }
    }
  })

  test('takes no text to pieces that was made to be costly', () => {
    const costly = [
      '>'.repeat(20_000),
      '['.repeat(30_000),
      '*a '.repeat(10_000),
      '- '.repeat(5000),
      `${'`'.repeat(9)}x`.repeat(3000),
    ]

    for (const source of costly) expect(markdown(source).length).toBeGreaterThan(0)
  })
})

test('what was searched for is turned around wherever it stands, over pieces too', () => {
  const row = [
    { text: 'An oak, an O', style: plain },
    { text: 'ak', style: { bold: true } },
  ]

  const marked = highlighted(row, 'oak').filter(run => run.style.inverse)

  expect(marked.map(run => run.text)).toEqual(['oak', 'O', 'ak'])
  expect(rowText(highlighted(row, 'oak'))).toBe(rowText(row))
})
