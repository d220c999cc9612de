import { describe, expect, test } from 'vitest'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'
import { aFolder, aTranscript, search, ways } from '../support/search.ts'

describe.each(ways)('a search $way', ({ ripgrep }) => {
  test('shows the line of each session where a person reads the term', async () => {
    const folder = aFolder()
    const [one, two, three] = [uuidOf(1), uuidOf(2), uuidOf(3)]
    const content = [{ type: 'text', text: 'First.\nThe Pear tree stands in the orchard.\nLast.' }]
    const files = [
      aTranscript(folder, `${one}.jsonl`, [userLine(one, 'plant a pear')]),
      aTranscript(folder, `${two}.jsonl`, [userLine(two, 'hello'), assistantLine(two, { content })]),
      aTranscript(folder, `${three}.jsonl`, [userLine(three, 'hello')]),
    ]

    const { found, ...report } = await search(files, ['pear'], { ripgrep })

    expect(found.sort((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      {
        sessionId: one,
        file: files[0]?.path,
        kind: 'user',
        atMs: Date.parse('2026-10-01T10:00:00.000Z'),
        line: 'plant a pear',
        matches: [[8, 12]],
      },
      {
        sessionId: two,
        file: files[1]?.path,
        kind: 'assistant',
        atMs: Date.parse('2026-10-01T10:00:05.000Z'),
        line: 'The Pear tree stands in the orchard.',
        matches: [[4, 8]],
      },
    ])
    expect(report).toEqual({ searched: 3, hits: 2, failed: [] })
  })
})
