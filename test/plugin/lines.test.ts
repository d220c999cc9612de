import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Home, mainFile, makeHome, packageFolder, type Run } from '../support/home.ts'
import { makeStandIns } from '../support/stand-ins.ts'

const plugin = path.join(packageFolder, 'plugin')
const skill = readFileSync(path.join(plugin, 'skills/logbook/SKILL.md'), 'utf8')

/** A repository in which `csl` can be run by a shell, as agents do. */
async function aDesk() {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  standIns.add('csl', `exec '${process.execPath}' '${mainFile}' "$@"`)
  const repository = path.join(home.folder, 'orchard-api')
  mkdirSync(repository)
  const sh = shellIn(home, repository, standIns.bin)
  await sh('git init -q .')
  return { sh, entries: async () => JSON.parse((await sh('csl list --json')).stdout).rows }
}

function shellIn(home: Home, cwd: string, bin: string) {
  const env = { ...home.env, PATH: `${bin}:${home.env.PATH}` }
  return (line: string): Promise<Run> =>
    new Promise(resolve => {
      execFile('/bin/sh', ['-c', line], { env, cwd }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
    })
}

/** The command lines that a text shows in `…`. */
function linesIn(text: string): string[] {
  return [...text.matchAll(/`(csl [^`]+)`/g)].map(([, line = '']) => line)
}

/** What the skill says to run, by the words that ask for it. */
const answers = new Map(
  skill
    .split('\n')
    .filter(line => line.startsWith('| ') && line.includes('`'))
    .map(line => [line.split(' | ')[0]?.slice(2) ?? '', linesIn(line)]),
)

const texts = [
  skill,
  ...readdirSync(path.join(plugin, 'commands')).map(name =>
    readFileSync(path.join(plugin, 'commands', name), 'utf8'),
  ),
]
const shown = [...new Set(texts.flatMap(linesIn))]

test('every command line that agents are shown works', async () => {
  const { sh } = await aDesk()
  const logged = await sh(`csl log --category issue --title 'Refunds are slow'`)
  const [, id = ''] = /id=(\S{8})/.exec(logged.stdout) ?? []

  const runs: [string, number, string][] = []
  // Those that are no whole line are said together with `log` below.
  for (const line of shown.filter(line => line !== 'csl log')) {
    const { code, stderr } = await sh(line.replace(/\bID\b/, id))
    runs.push([line, code, stderr.split('\n')[0] ?? ''])
  }

  expect(shown.length).toBeGreaterThan(15)
  expect(runs.filter(([, code]) => code !== 0)).toEqual([])
})

describe('what the skill says to run does what was asked', () => {
  test('log an issue, with status and tag', async () => {
    const { sh, entries } = await aDesk()
    const [line = ''] = answers.get('log an issue (or finding, task, decision, note): title — details') ?? []
    const more = /\| … status blocked, tag money \| `([^`]+)` \|/.exec(skill)?.[1]

    await sh(`${line} ${more}`)

    expect(await entries()).toMatchObject([
      { category: 'issue', title: 'title', body: 'details', status: 'blocked', tags: ['money'] },
    ])
  })

  test('each category and status that it names is one', async () => {
    const { sh, entries } = await aDesk()
    const statuses = /^- Statuses: ([^.]+)\./m.exec(skill)?.[1]?.split(', ') ?? []
    const categories = ['issue', ...(/issue \(or ([^)]+)\)/.exec(skill)?.[1]?.split(', ') ?? [])]

    const pairs = categories.map((category, i) => `${category} ${statuses[i]}`)
    for (const pair of pairs) {
      const [category, status] = pair.split(' ')
      await sh(`csl log --category ${category} --title '${pair}' --status ${status}`)
    }

    const found = (await entries()).map(
      (entry: { category: string; status: string }) => `${entry.category} ${entry.status}`,
    )
    expect(categories).toHaveLength(5)
    expect(statuses).toHaveLength(5)
    expect(found.sort()).toEqual(pairs.sort())
  })

  test('a text with quotes, by a here-document', async () => {
    const { sh, entries } = await aDesk()

    await sh(`csl log --category note --title 't' --body - <<'EOF'\nIt's "so" \`x\` $(y)\nEOF`)

    expect(skill).toMatch(/`--body -` and a here-document `<<'EOF'`/)
    expect((await entries())[0].body).toBe('It\'s "so" `x` $(y)')
  })

  test.each([
    ['resolve the refund issue', { status: 'resolved' }],
    ['resolve ID because reason', { status: 'resolved', noteCount: 1 }],
    ['add to ID: text', { status: 'open', noteCount: 1 }],
  ])('%s', async (asked, outcome) => {
    const { sh, entries } = await aDesk()
    const logged = await sh(`csl log --category issue --title 'Refunds are slow'`)
    const [, id = ''] = /id=(\S{8})/.exec(logged.stdout) ?? []

    for (const line of answers.get(asked) ?? ['missing']) await sh(line.replace('ID', id))

    expect((await entries())[0]).toMatchObject(outcome)
  })

  test('set ID to blocked, to in progress', async () => {
    const { sh, entries } = await aDesk()
    const logged = await sh(`csl log --category issue --title 'Refunds are slow'`)
    const [, id = ''] = /id=(\S{8})/.exec(logged.stdout) ?? []

    const found: string[] = []
    for (const line of answers.get('set ID to blocked, to in progress') ?? []) {
      await sh(line.replace('ID', id))
      found.push((await entries())[0].status)
    }

    expect(found).toEqual(['blocked', 'in_progress'])
  })
})

test('what is told in every session is short', () => {
  const body = skill.replace(/^---[\s\S]*?\n---\n/, '')

  // About four characters a token.
  expect(body.length / 4).toBeLessThan(480)
})
