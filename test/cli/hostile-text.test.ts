import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, homeIn, makeHome } from '../support/home.ts'
import { assistantLine } from '../support/lines.ts'
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
  ['view', richId],
  ['view', richId, '--json'],
  ['view', richId, '--agent', hostile],
  ['view', hostile],
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

describe('hostile text never reaches the terminal from', () => {
  /** A name that a file system takes. */
  const hostileName = hostile.replaceAll('/', '')

  test('a transcript that is recorded by hand', async () => {
    const own = makeHome()
    const file = await own.writeTranscript('-home-dev', `${hostileName}.jsonl`, [
      assistantLine(hostile, { model: hostile }),
      assistantLine(hostile, { model: `${hostile} two` }),
      hostile,
    ])

    const run = await own.csl(['record', '--transcript', file])
    const missing = await own.csl(['record', '--transcript', `${file}${hostile}`])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^recorded: session Evil.*no price for Evil.* two\n$/)
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    for (const text of [run.stdout, missing.stderr]) expect(text).not.toMatch(commands)
    expect(missing.stderr.split('\n')).toHaveLength(3)
  })

  test('files and folders that a backfill could not read, which are one line each', async () => {
    const own = makeHome()
    const file = await own.writeTranscript(hostileName, `${hostileName}.jsonl`, [assistantLine(forkId)])
    const loop = path.join(own.claudeRoot, 'projects', `loop${hostileName}`)
    symlinkSync(loop, loop)
    // As root everything can be read but what the system itself refuses.
    if (process.getuid?.() !== 0) chmodSync(file, 0)
    else {
      rmSync(file)
      symlinkSync('/proc/self/mem', file)
    }

    const run = await own.csl(['backfill'])
    const elsewhere = await own.csl(['backfill'], { env: { CLAUDE_CONFIG_DIR: `/nowhere/${hostile}` } })

    expect(run.code).toBe(1)
    expect(run.stderr.split('\n').map(line => line.slice(0, 10))).toEqual(['not read: ', 'not read: ', ''])
    expect(elsewhere.stderr).toMatch(/^no transcripts below .*\n$/)
    for (const { stdout, stderr } of [run, elsewhere]) expect(stdout + stderr).not.toMatch(commands)
  })

  test('the log, whatever a hook was given', async () => {
    const own = makeHome()
    const hook = (payload: string) => own.csl(['record', '--no-sync'], { input: payload })

    await hook(hostile)
    await hook(JSON.stringify({ session_id: hostile }))
    await hook(JSON.stringify({ transcript_path: `/nowhere/${hostile}.jsonl` }))
    await own.csl(['backfill'])

    const log = readFileSync(path.join(own.dataFolder, 'sync.log'), 'utf8')
    expect(log).not.toMatch(commands)
    expect(log.split('\n')).toHaveLength(4)
  })
})
