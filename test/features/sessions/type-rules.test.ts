import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { classify, loadTypeRules, rulesFingerprint } from '../../../src/features/sessions/type-rules.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'csl-types-'))
  file = path.join(folder, 'session_types.yaml')
})

afterEach(() => rmSync(folder, { recursive: true }))

function rulesFrom(text: string | Uint8Array) {
  writeFileSync(file, text)
  return loadTypeRules(file)
}

async function typeOf(session: { skills?: string[]; pathText?: string }, text?: string) {
  const { rules } = await (text === undefined ? loadTypeRules(file) : rulesFrom(text))
  return classify(rules, { skills: session.skills ?? [], pathText: session.pathText ?? '' })
}

describe('the built-in rules', () => {
  test.each([
    [['acme:dbt-helper'], '', 'dbt', 'dbt', 'skill'],
    [['kimball-modelling'], '', 'dbt', 'kimball', 'skill'],
    [[], '/home/dev/he-DBT-bi', 'dbt', 'dbt', 'path'],
    [['superpowers:systematic-debugging'], '', 'debugging', 'systematic-debugging', 'skill'],
    [['deep-research'], '', 'research', 'deep-research', 'skill'],
    [['Brainstorming'], '', 'research', 'brainstorming', 'skill'],
    [['market-research'], '', 'research', 'research', 'skill'],
    [['writing-plans'], '', 'planning', 'writing-plans', 'skill'],
    [['executing-plans'], '', 'planning', 'executing-plans', 'skill'],
    [['terraform'], '/home/dev/research/planning', 'general', null, null],
    [[], '', 'general', null, null],
  ])('sort a session with the skills %j in %j as %s', async (skills, pathText, type, matched, where) => {
    const found = await typeOf({ skills, pathText })

    expect(found).toMatchObject({ type, matched, where })
  })

  test('are asked in order: the first that matches decides', async () => {
    const found = await typeOf({
      skills: ['writing-plans', 'systematic-debugging'],
      pathText: '/home/dev/dbt',
    })

    expect(found).toMatchObject({ type: 'dbt', rule: { type: 'dbt', origin: 'built-in' }, where: 'path' })
  })

  test('hold alone when there is no file', async () => {
    const { rules, problems } = await loadTypeRules(file)

    expect(rules.map(rule => rule.type)).toEqual(['dbt', 'debugging', 'research', 'planning'])
    expect(problems).toEqual([])
  })
})

describe("the user's rules", () => {
  const text = `
rules:
  - type: customer work
    skills: [Invoice]
    path: [/clients/]
  - type: planning
    path: ['Söhne', 'C:\\Work']
`

  test('are asked before the built-in ones, and either kind of word is enough', async () => {
    const byPath = await typeOf({ skills: ['dbt'], pathText: '/home/dev/CLIENTS/dbt' }, text)
    const bySkill = await typeOf({ skills: ['acme:invoices'], pathText: '/home' }, text)
    const builtIn = await typeOf({ skills: ['dbt'], pathText: '/home' }, text)

    expect(byPath).toMatchObject({ type: 'customer work', matched: '/clients/', where: 'path' })
    expect(byPath.rule).toMatchObject({ origin: 'user' })
    expect(bySkill).toMatchObject({ type: 'customer work', matched: 'Invoice', where: 'skill' })
    expect(builtIn).toMatchObject({ type: 'dbt', rule: { origin: 'built-in' } })
  })

  test('know a folder by either spelling of an umlaut and either slash', async () => {
    const decomposed = await typeOf({ pathText: '/Users/x/So\u0308hne' }, text)
    const windows = await typeOf({ pathText: 'c:/work/orchard' }, text)

    expect(decomposed.type).toBe('planning')
    expect(windows).toMatchObject({ type: 'planning', matched: 'C:\\Work' })
  })

  test('may be a list without a name over it', async () => {
    const { rules, problems } = await rulesFrom('- type: ops\n  path: [infra]\n')

    expect(problems).toEqual([])
    expect(rules[0]).toEqual({ type: 'ops', skills: [], path: ['infra'], origin: 'user' })
    expect(rules).toHaveLength(5)
  })

  test.each(['', '# all of it commented out\n', 'rules:\n', 'rules: []\n', '{}'])(
    'may be none at all: %j',
    async empty => {
      const { rules, problems } = await rulesFrom(empty)

      expect(problems).toEqual([])
      expect(rules).toHaveLength(4)
    },
  )

  test('are taught by the example file', async () => {
    copyFileSync(path.resolve(import.meta.dirname, '../../../session_types.example.yaml'), file)

    const { rules, problems } = await loadTypeRules(file)

    expect(problems).toEqual([])
    expect(rules.filter(rule => rule.origin === 'user').map(rule => rule.type)).toEqual([
      'customer work',
      'infrastructure',
      'writing',
    ])
  })
})

describe('a broken file', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
rules: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
`

  test.each([
    ['a wrong indent', 'rules:\n  - type: a\n path: [b]\n', /at line/],
    ['a scalar', 'debugging', /needs a list called "rules"/],
    ['another key', 'rule:\n  - type: a\n    path: [b]\n', /needs a list called "rules"/],
    ['rules that are no list', 'rules: {type: a}', /needs a list called "rules"/],
    ['a rule that is a word', 'rules: [dbt]', /rule 1 needs a type and its words/],
    ['an unknown key in a rule', '- {type: a, path: [b]}\n- {type: a, skill: [b]}', /rule 2 knows only type/],
    ['an empty type', '- {type: "  ", path: [b]}', /rule 1 needs a type: one line/],
    ['a type that is a number', '- {type: 7, path: [b]}', /rule 1 needs a type: one line/],
    ['a type with a control character', '- {type: "a\\eb", path: [b]}', /rule 1 needs a type: one line/],
    ['a very long type', `- {type: ${'a'.repeat(101)}, path: [b]}`, /rule 1 needs a type: one line/],
    ['no words', '- {type: a}', /rule 1 \(a\) needs skills or path/],
    ['empty lists', '- {type: a, skills: [], path: []}', /rule 1 \(a\) needs skills or path/],
    ['a word instead of a list', '- {type: a, skills: dbt}', /rule 1: skills must be a list/],
    ['an empty word, which is part of everything', '- {type: a, path: [""]}', /rule 1: path must hold words/],
    ['a number as a word', '- {type: a, path: [2026]}', /rule 1: path must hold words/],
    ['a key given twice', '- {type: a, type: b, path: [c]}', /unique/],
    ['two documents', '- {type: a, path: [b]}\n---\n- {type: a, path: [b]}', /multiple documents/],
    ['a bomb of aliases', bomb, /alias/i],
    ['lists in lists without end', '['.repeat(50_000), /session_types.yaml/],
    ['more than a person would write', '#'.repeat(70_000), /is larger than 64 kB/],
    ['binary data', Uint8Array.from([0xff, 0xfe, 0, 1, 0x80]), /not valid/],
    ['NUL bytes', '\u0000\u0000\u0000', /session_types.yaml/],
  ])('with %s leaves the built-in rules and says so on one line', async (_, text, problem) => {
    const { rules, problems } = await rulesFrom(text)

    expect(rules.map(rule => rule.origin)).toEqual(['built-in', 'built-in', 'built-in', 'built-in'])
    expect(problems).toEqual([expect.stringMatching(problem)])
    expect(problems[0]).toMatch(/^session_types\.yaml: .*; the built-in rules hold$/)
  })

  test('that is a folder is a problem, too', async () => {
    const { rules, problems } = await loadTypeRules(folder)

    expect(rules).toHaveLength(4)
    expect(problems).toEqual([`${path.basename(folder)}: is no file; the built-in rules hold`])
  })

  test('that is a device or a pipe is not read', async () => {
    const { problems } = await loadTypeRules('/dev/null')

    expect(problems).toEqual(['null: is no file; the built-in rules hold'])
  })
})

describe('the fingerprint', () => {
  test('changes with the rules and their order, and only then', async () => {
    const a = '- {type: a, path: [x]}\n'
    const b = '- {type: b, path: [y]}\n'
    const prints = new Map<string, string>()
    for (const text of [a + b, b + a, a, `# note\n${a}${b}`]) {
      const { rules } = await rulesFrom(text)
      prints.set(text, rulesFingerprint(rules))
    }

    expect(prints.get(`# note\n${a}${b}`)).toBe(prints.get(a + b))
    expect(new Set([prints.get(a + b), prints.get(b + a), prints.get(a)]).size).toBe(3)
  })
})
