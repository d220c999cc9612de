import { afterEach, describe, expect, test, vi } from 'vitest'
import { textWidth } from '../../src/base/text-width.ts'
import { toJson, toJsonLine } from '../../src/cli/json.ts'
import { renderTable, toCsv } from '../../src/cli/output.ts'

describe('a table', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test('has a header, a rule and aligned columns two blanks apart', () => {
    const columns = [{ title: 'Project' }, { title: 'Cost', align: 'right' as const }]
    const rows = [
      ['atlas', '$3.40'],
      ['a longer one', '$1,234.50'],
    ]

    const table = renderTable(columns, rows, { width: undefined })

    expect(table.split('\n')).toEqual([
      'Project            Cost',
      '────────────  ─────────',
      'atlas             $3.40',
      'a longer one  $1,234.50',
    ])
  })

  test('has no blanks at the end of a line', () => {
    const table = renderTable([{ title: 'A' }, { title: 'Title' }], [['1', ''], ['2']], { width: 80 })

    expect(table).toBe('A  Title\n─  ─────\n1\n2')
  })

  test('sets a footer off with a second rule', () => {
    const columns = [{ title: 'Day' }, { title: 'n', align: 'right' as const }]

    const table = renderTable(columns, [['Mon', '1']], { width: 80, footer: [['Total', '1,000']] })

    expect(table.split('\n')).toEqual([
      'Day        n',
      '─────  ─────',
      'Mon        1',
      '─────  ─────',
      'Total  1,000',
    ])
  })

  test('cuts the widest flexible column first when it is too wide', () => {
    const columns = [{ title: 'Id' }, { title: 'Title', flexible: true }, { title: 'Note', flexible: true }]
    const rows = [['0123456789', 'a title of twenty-six chars', 'short note']]

    const table = renderTable(columns, rows, { width: 40 })

    expect(table.split('\n')[2]).toBe('0123456789  a title of twen…  short note')
    expect(table.split('\n')[2]).toHaveLength(40)
  })

  test('goes on in the next line where a column wraps', () => {
    const columns = [
      { title: 'Id' },
      { title: 'When', flexible: true, wraps: true, minWidth: 8 },
      { title: 'n' },
    ]
    const rows = [
      ['a', 'up to noon, before autumn', '1'],
      ['b', 'always', '2'],
    ]

    expect(renderTable(columns, rows, { width: 20 }).split('\n').slice(2)).toEqual([
      'a   up to noon,    1',
      '    before autumn',
      'b   always         2',
    ])
    expect(renderTable(columns, rows, { width: undefined }).split('\n')[2]).toBe(
      'a   up to noon, before autumn  1',
    )
  })

  test('cuts a word that is longer than its column, though it wraps', () => {
    const columns = [{ title: 'T', flexible: true, wraps: true, minWidth: 4 }]

    expect(
      renderTable(columns, [['ab abcdefgh']], { width: 5 })
        .split('\n')
        .slice(2),
    ).toEqual(['ab', 'abcd…'])
  })

  test('cuts equally wide columns alike', () => {
    const columns = [
      { title: 'A', flexible: true },
      { title: 'B', flexible: true },
    ]

    const table = renderTable(columns, [['abcdefghij', 'klmnopqrst']], { width: 14 })

    expect(table.split('\n')[2]).toBe('abcde…  klmno…')
  })

  test('keeps the least width of flexible columns and all of the others, however narrow the terminal', () => {
    const columns = [{ title: 'Identity' }, { title: 'Title', flexible: true, minWidth: 7 }]

    const table = renderTable(columns, [['0123456789', 'a long title']], { width: 10 })

    expect(table.split('\n')).toEqual(['Identity    Title', '──────────  ───────', '0123456789  a long…'])
  })

  test('a least width does not widen a column', () => {
    const table = renderTable(
      [{ title: 'T', flexible: true, minWidth: 20 }, { title: 'n' }],
      [['abc', '1']],
      { width: 4 },
    )

    expect(table.split('\n')[2]).toBe('abc  1')
  })

  test('does not cut below the title by default', () => {
    const table = renderTable([{ title: 'Title', flexible: true }], [['a long title']], { width: 2 })

    expect(table.split('\n')).toEqual(['Title', '─────', 'a lo…'])
  })

  test('cuts nothing without a width', () => {
    const long = 'x'.repeat(500)

    const table = renderTable([{ title: 'T', flexible: true }], [[long]], { width: undefined })

    expect(table.split('\n')[2]).toBe(long)
  })

  test('counts columns of the terminal for wide text', () => {
    const columns = [{ title: 'Title', flexible: true }, { title: 'n' }]

    const table = renderTable(
      columns,
      [
        ['日本語のタイトル', '1'],
        ['👨‍👩‍👧‍👦', '2'],
      ],
      { width: 14 },
    )

    const [, , first = '', second = ''] = table.split('\n')
    expect(first).toBe('日本語のタ…  1')
    expect(second).toBe(`👨‍👩‍👧‍👦${' '.repeat(9)}  2`)
    expect(textWidth(first)).toBe(textWidth(second))
  })

  test('cleans every cell, title and total', () => {
    const evil = '\x1b]0;x\x07a\nb\u202e'

    const table = renderTable([{ title: evil }], [[evil]], { width: 80, footer: [[evil]] })

    expect(table).toBe('a b\n───\na b\n───\na b')
  })

  test('gets through many rows and a cell of a million characters', () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [String(index), 'x'])
    rows.push(['last', 'y'.repeat(1_000_000)])
    const columns = [{ title: 'Id' }, { title: 'Title', flexible: true }]

    const table = renderTable(columns, rows, { width: 20 })

    expect(table.endsWith('last    yyyyyyyyyyy…')).toBe(true)
  })

  test('has a bold header and dim rules where styles are shown', () => {
    vi.stubEnv('NO_COLOR', undefined)
    vi.stubEnv('NODE_DISABLE_COLORS', undefined)
    vi.stubEnv('FORCE_COLOR', '1')

    const table = renderTable([{ title: 'A' }, { title: 'B' }], [['1', '2']], { width: 80 })

    expect(table).toBe('\x1b[1mA  B\x1b[22m\n\x1b[2m─  ─\x1b[22m\n1  2')
  })
})

describe('CSV', () => {
  test('quotes what needs it and ends every line with LF', () => {
    const csv = toCsv(
      ['name', 'a,b'],
      [
        ['say "hi"', 'two\nlines'],
        ['plain', ' blank '],
      ],
    )

    expect(csv).toBe('name,"a,b"\n"say ""hi""","two\nlines"\nplain, blank \n')
  })

  test('writes null as nothing, numbers and booleans as they are, objects as JSON', () => {
    const csv = toCsv(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      [[null, undefined, -1.5, 10n ** 20n, true, { n: 1n, tags: ['x', 'y'] }]],
    )

    expect(csv).toBe('a,b,c,d,e,f\n,,-1.5,100000000000000000000,true,"{""n"":1,""tags"":[""x"",""y""]}"\n')
  })

  test.each([
    ['=SUM(A1:A9)', "'=SUM(A1:A9)"],
    ['+cmd', "'+cmd"],
    ['-cmd', "'-cmd"],
    ['@cmd', "'@cmd"],
    ['\t=1', "'\t=1"],
    ['\x1b[0m=1', "'=1"],
    ['=1,2', `"'=1,2"`],
  ])('keeps a spreadsheet from running %j', (text, expected) => {
    const csv = toCsv(['x'], [[text]])

    expect(csv).toBe(`x\n${expected}\n`)
  })

  test.each(['-0.5', '+12', '-3', 'a=b', '1-2'])('leaves %s alone', text => {
    const csv = toCsv(['x'], [[text]])

    expect(csv).toBe(`x\n${text}\n`)
  })

  test('drops escape sequences and keeps white space', () => {
    const csv = toCsv(['x'], [['a  b\x1b[31m c\x07']])

    expect(csv).toBe('x\na  b c\n')
  })
})

describe('JSON', () => {
  test('is indented by two blanks', () => {
    expect(toJson({ a: [1, null] })).toBe('{\n  "a": [\n    1,\n    null\n  ]\n}')
  })

  test('writes a bigint as a number when it is safe, else as text', () => {
    const json = toJson({ small: 9_007_199_254_740_991n, large: 9_007_199_254_740_992n })

    expect(json).toBe('{\n  "small": 9007199254740991,\n  "large": "9007199254740992"\n}')
  })

  test('holds the same data and nothing that a terminal would obey', () => {
    const value = { title: '\x1b[31m\x9b31m\x7f\u202e\u2066日本' }

    const json = toJson(value)

    expect(json).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]/)
    expect(JSON.parse(json)).toEqual(value)
  })
})

test('JSON of one line holds no control that a terminal obeys', () => {
  const line = toJsonLine({ title: 'a\u001b[31m\u202eb\nc\u009b' })

  expect(line).toBe('{"title":"a\\u001b[31m\\u202eb\\nc\\u009b"}')
})
