import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, homeIn } from '../support/home.ts'
import { forkId, hostile, richId, writeRichHome, writeRichSettings } from '../support/rich-home.ts'

// Titles, paths, models and tools are other people's text. None of it may reach a terminal as it is.

let home: Home

beforeAll(async () => {
  home = homeIn(mkdtempSync(path.join(tmpdir(), 'csl-test-')))
  await writeRichHome(home)
  await home.csl(['backfill'])
  writeRichSettings(home)
})

afterAll(() => rmSync(home.folder, { recursive: true, force: true }))

/** What a terminal would obey: control characters but the line end, C1, bidi. */
const commands = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

const kinds = ['day', 'session', 'project', 'model', 'type', 'machine', 'component']
const asked: string[][] = [
  ...kinds.flatMap(by => [
    ['usage', by, '--all'],
    ['usage', by, '--all', '--csv'],
  ]),
  ['usage', 'session', '--all', '--json'],
  ['usage', hostile],
  ['usage', '--project', hostile],
  ['usage', '--timezone', hostile],
  ['usage', '--since', hostile],
  ['sessions'],
  ['sessions', '--json'],
  ['sessions', '--csv'],
  ['sessions', '--search', hostile],
  ['session', richId],
  ['session', richId, '--json'],
  ['session', forkId],
  ['session', '0000'],
  ['session', hostile],
  ['prices'],
  ['prices', '--json'],
  ['classify'],
  ['classify', richId],
  ['classify', richId, '--json'],
  ['sql', 'SELECT * FROM sessions'],
  ['sql', 'SELECT * FROM sessions', '--json'],
  ['sql', 'SELECT * FROM usage', '--csv'],
  ['sql', 'SELECT [title], {t: title}, title::BLOB FROM sessions'],
  ['sql', hostile],
]

describe('hostile text never reaches the terminal', () => {
  test.each(asked.map(args => [JSON.stringify(args), args] as const))('csl %s', async (_, args) => {
    const { stdout, stderr, code } = await home.csl(args)

    // CSV keeps line ends inside of its cells, as a title may have them.
    const shown = args.includes('--csv') ? stdout.replaceAll('\r\n', '\n') : stdout
    expect(shown).not.toMatch(commands)
    expect(stderr).not.toMatch(commands)
    expect([0, 1, 2]).toContain(code)
  })

  test('but is whole in JSON', async () => {
    const { stdout } = await home.csl(['session', richId, '--json'])

    expect(JSON.parse(stdout)).toMatchObject({ title: hostile, toolUses: [{ name: hostile }, {}] })
  })

  test('and is no formula in CSV', async () => {
    const { stdout } = await home.csl(['sql', `SELECT '=1+1' AS a, '@x' AS b`, '--csv'])

    expect(stdout).toBe(`a,b\n'=1+1,'@x\n`)
  })
})
