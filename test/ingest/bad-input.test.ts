import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readAndApply } from '../../src/ingest/backfill.ts'
import { withStore } from '../../src/store/open.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { databaseOf, recorded, select } from '../support/database.ts'
import { type Home, makeHome, packageFolder, type Run } from '../support/home.ts'
import { aPlace, writeLines } from '../support/ledger.ts'
import { assistantLine, messageId, userLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'

// Whatever is wrong: one line says what, the next what to do; the exit code is the documented one; nothing is lost.

const isRoot = process.getuid?.() === 0
const slug = '-home-dev-orchard-api'
const session = uuidOf(0x5e55)
const lines = [userLine(session, 'Plant the orchard'), assistantLine(session, { id: messageId(1) })]

async function sessionIds(home: Home): Promise<string[]> {
  const rows = await select<{ id: string }>(home, `SELECT session_id AS id FROM sessions ORDER BY 1`)
  return rows.map(row => row.id)
}

function logOf(home: Home): string {
  const file = path.join(home.dataFolder, 'sync.log')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** The jobs that wait. */
function jobs(home: Home): string[] {
  const spool = path.join(home.dataFolder, 'spool')
  return existsSync(spool) ? readdirSync(spool).filter(name => name.endsWith('.json')) : []
}

/** What went wrong and what to do, in two lines and no more. */
function expectClear(run: Run, code: number, what: RegExp, hint: RegExp): void {
  const [first = '', second = '', ...rest] = run.stderr.split('\n')
  expect([run.code, run.stdout]).toEqual([code, ''])
  expect(first).toMatch(/^csl: /)
  expect(first).toMatch(what)
  expect(second).toMatch(/^ {5}/)
  expect(second).toMatch(hint)
  expect(rest).toEqual([''])
}

/** A hook gets in nobody's way. */
function expectQuiet(run: Run): void {
  expect({ code: run.code, stdout: run.stdout, stderr: run.stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
}

function hook(home: Home, payload: object | string, env: Record<string, string> = {}): Promise<Run> {
  const input = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return home.csl(['record', '--no-sync'], { input, env })
}

/** What a hook had no time for, as on a busy machine, is done by the next command. */
async function settle(home: Home): Promise<void> {
  if (jobs(home).length > 0) await home.csl(['backfill'])
}

describe('a transcript', () => {
  test.each<[string, string | Buffer]>([
    ['that is empty', ''],
    ['of malformed lines', '{"a":\n[]\nnull\n"text"\n{"a":1}}\n'],
    ['that is cut off', JSON.stringify(lines[1]).slice(0, 100)],
    ['of all bytes', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 256))],
    ['of NUL bytes', Buffer.alloc(100_000)],
    ['in UTF-16', Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join(''), 'utf16le')],
  ])('%s stops nothing', async (_, bytes) => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    writeFileSync(path.join(home.claudeRoot, 'projects', slug, `${uuidOf(1)}.jsonl`), bytes)

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toContain('2 of 2 transcripts read')
    expect(await sessionIds(home)).toContain(session)
  })

  test.each([
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link to nothing', (file: string) => symlinkSync('/nowhere/at/all', file)],
    ['a link to itself', (file: string) => symlinkSync(file, file)],
    ['a pipe', (file: string) => execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', file])],
  ])('that is %s is none', async (_, make) => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    make(path.join(home.claudeRoot, 'projects', slug, `${uuidOf(1)}.jsonl`))

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toContain('1 of 1 transcript read')
  })

  /** As root everything can be read but what the system itself refuses. */
  function makeUnreadable(file: string): void {
    if (!isRoot) chmodSync(file, 0)
    else {
      rmSync(file)
      symlinkSync('/proc/self/mem', file)
    }
  }

  test('that can’t be read is named, the others are read, and the next time it is tried again', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const unreadable = await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
    makeUnreadable(unreadable)

    const run = await home.csl(['backfill'])

    expect(run.code).toBe(1)
    expect(run.stderr).toContain(`not read: ${unreadable}: `)
    expect(await sessionIds(home)).toEqual([session])
    rmSync(unreadable)
    await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
    expect((await home.csl(['backfill'])).code).toBe(0)
    expect(await sessionIds(home)).toEqual([uuidOf(1), session])
  })

  test('folder that can’t be read is named, the others are read, and the exit code is that of unread files', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const projects = path.join(home.claudeRoot, 'projects')
    const loop = path.join(projects, 'loop')
    symlinkSync(loop, loop)
    const noFolder = path.join(projects, slug, session, 'subagents')
    mkdirSync(path.dirname(noFolder))
    writeFileSync(noFolder, '')
    const otherRoot = path.join(home.folder, 'other')
    mkdirSync(otherRoot)
    writeFileSync(path.join(otherRoot, 'projects'), '')
    const env = { CLAUDE_CONFIG_DIR: `${home.claudeRoot},${otherRoot}` }

    const runs = [await home.csl(['backfill'], { env }), await home.csl(['backfill'], { env })]

    for (const run of runs) {
      const named = run.stderr.match(/^not read: .*(?=: E)/gm)?.map(line => line.slice('not read: '.length))
      expect(named?.sort()).toEqual([loop, noFolder, path.join(otherRoot, 'projects')].sort())
      expect(run.code).toBe(1)
    }
    expect(await sessionIds(home)).toEqual([session])
    // A report shows what there is.
    expect(await home.csl(['usage', '--all'], { env })).toMatchObject({ code: 0, stderr: '' })
  })

  test('folder that can’t be read is one line of at most twenty', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    for (let n = 0; n < 25; n++) {
      const loop = path.join(home.claudeRoot, 'projects', `loop-${n}`)
      symlinkSync(loop, loop)
    }

    const run = await home.csl(['backfill'])

    const said = run.stderr.trimEnd().split('\n')
    expect(said.filter(line => /^not read: .*ELOOP/.test(line))).toHaveLength(20)
    expect(said.slice(20)).toEqual(['… and 5 more'])
  })

  test('folder that is not there, that leads nowhere or that is a file is none', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const projects = path.join(home.claudeRoot, 'projects')
    writeFileSync(path.join(projects, 'a file'), '')
    symlinkSync(path.join(projects, 'a file'), path.join(projects, 'a link to a file'))
    symlinkSync('/nowhere/at/all', path.join(projects, 'a link to nothing'))
    mkdirSync(path.join(projects, slug, uuidOf(2)))
    const env = { CLAUDE_CONFIG_DIR: `${home.claudeRoot},${path.join(home.folder, 'missing')}` }

    const run = await home.csl(['backfill'], { env })

    expect(run).toMatchObject({ code: 0, stderr: '' })
  })

  test('that can’t be read keeps no hook from the others', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const unreadable = await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
    makeUnreadable(unreadable)

    const runs = [
      await hook(home, { transcript_path: unreadable }),
      await hook(home, { session_id: session }),
    ]

    for (const run of runs) expectQuiet(run)
    await settle(home)
    expect(await sessionIds(home)).toEqual([session])
    expect(logOf(home)).toMatch(/record: .*(EACCES|EIO)/)
  })

  test('that vanishes between finding and reading is named, and the others are recorded', async () => {
    const place = aPlace()
    const folder = path.join(place.folder, 'claude/projects', slug)
    const files = [session, uuidOf(1)].map(id =>
      writeLines(path.join(folder, `${id}.jsonl`), [assistantLine(id)]),
    )
    const found = await Promise.all(files.map(file => describeFile(file)))
    rmSync(files[1] ?? '')

    const report = await readAndApply(place, {
      unread: found.filter(file => file !== undefined),
      found: 2,
      workerUrl: new URL('file:///nowhere'),
      signal: new AbortController().signal,
      waitMs: 5000,
    })

    expect(report).toMatchObject({ files: 1, sessions: 1 })
    expect(report.failed).toMatchObject([
      { file: { path: files[1] }, why: expect.stringContaining('ENOENT') },
    ])
    const known = await withStore(place.paths.database, { access: 'read' }, db =>
      db.rows(`SELECT session_id FROM sessions`),
    )
    expect(known).toEqual([{ sessionId: session }])
  })

  const megabytes = process.env.CSL_TEST_LONG ? 200 : 60
  test(`with a line of ${megabytes} MB is read whole, by a hook in time or else by the next command`, async () => {
    const home = makeHome()
    const file = await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const descriptor = openSync(file, 'a')
    const chunk = 'orchard '.repeat(1 << 17)
    writeSync(
      descriptor,
      `${JSON.stringify(assistantLine(session, { id: messageId(2) })).slice(0, -1)},"text":"`,
    )
    for (let n = 0; n < megabytes; n++) writeSync(descriptor, chunk)
    writeSync(descriptor, `"}\n${JSON.stringify(assistantLine(session, { id: messageId(3) }))}\n`)

    const ended = await hook(home, { session_id: session })
    const run = await home.csl(['backfill'])

    expectQuiet(ended)
    expect(run.code, run.stderr).toBe(0)
    expect(await select(home, `SELECT api_message_count AS n FROM sessions`)).toEqual([{ n: 3 }])
    expect(await select(home, `SELECT malformed_lines AS n FROM session_facts`)).toEqual([{ n: 0 }])
    expect(jobs(home)).toEqual([])
  }, 300_000)

  test.each([
    ['a path', '../../../../tmp/csl-hostile'],
    ['SQL', `'; DROP TABLE sessions; --`],
    ['escape sequences', '\u001b[2J\u001b]0;title\u0007'],
    ['what no database keeps', 'a\u0000b\ud800c'],
    ['very long', 'x'.repeat(100_000)],
    ['of another script', 'сессия-😀'],
  ])('whose session id is %s is recorded as one session, and harms nothing', async (_, hostile) => {
    const home = makeHome()
    await home.writeTranscript(slug, 'full.jsonl', [userLine(hostile, 'hello'), assistantLine(hostile)])
    await home.writeTranscript(slug, `${session}.jsonl`, lines)

    const runs = [await home.csl(['backfill']), await home.csl(['sessions'])]

    expect(runs.map(run => run.code)).toEqual([0, 0])
    const ids = await sessionIds(home)
    expect(ids).toHaveLength(2)
    expect(ids.every(id => id.isWellFormed() && !id.includes('\0'))).toBe(true)
    // Nothing that a terminal would obey.
    expect(runs[1]?.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('of absurd numbers is recorded, as unpriced', async () => {
    const home = makeHome()
    const usage = {
      input_tokens: 1e300,
      output_tokens: 1e300,
      cache_creation_input_tokens: 1e300,
      cache_read_input_tokens: 1e300,
      server_tool_use: { web_search_requests: 1e300, web_fetch_requests: 1e300 },
    }
    const many = Array.from({ length: 500 }, (_, n) => assistantLine(session, { id: messageId(n), usage }))
    const result = { message: { role: 'user', content: [] }, toolUseResult: { searchCount: 1e300 } }
    await home.writeTranscript(slug, `${session}.jsonl`, [...lines, userLine(session, '', result), ...many])
    await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    expect(await sessionIds(home)).toEqual([uuidOf(1), session])
  })
})

describe('a hook’s payload', () => {
  test.each([
    ['no JSON', 'hello'],
    ['half of it', '{"session_id":"'],
    ['a list', '[{}]'],
    ['null', 'null'],
    ['without a session and a transcript', '{"hook_event_name":"SessionEnd"}'],
    ['with numbers in place of text', '{"session_id":7,"transcript_path":8}'],
    ['that names another kind of file', '{"transcript_path":"/etc/passwd"}'],
    ['that names a path with NUL', '{"transcript_path":"/tmp/a\\u0000.jsonl"}'],
    ['whose session is a path', '{"session_id":"../../../etc/passwd"}'],
  ])('%s: the hook is quiet, the log says so, the payload is kept aside', async (_, payload) => {
    const home = makeHome()

    const run = await hook(home, payload)

    expectQuiet(run)
    await settle(home)
    expect(logOf(home)).toContain('not usable')
    expect(jobs(home)).toEqual([])
    const failed = path.join(home.dataFolder, 'spool/failed')
    const kept = readdirSync(failed).filter(name => name.endsWith('.json'))
    expect(kept.map(name => readFileSync(path.join(failed, name), 'utf8'))).toEqual([payload])
  })

  test.each([
    ['a path', '../../../../tmp/csl-hostile'],
    ['an absolute path', '/etc/passwd'],
    ['a pattern', '????????-*'],
    ['SQL', `'; DROP TABLE sessions; --`],
    ['a command', '$(touch owned)`touch owned`'],
    ['an option', '--transcript=/etc/passwd'],
    ['escape sequences', '\u001b[2J\u001b]0;title\u0007'],
    ['text in the other direction', '\u202e00000000-0000-4000-8000-000000000001'],
    ['NUL and half a character', 'aaaaaaaa\u0000\ud800'],
    ['very long', 'a'.repeat(10_000)],
    ['empty', ''],
    ['a key of every object', '__proto__'],
    ['an object', { toString: 'x' }],
  ])('whose session id is %s harms nothing, and its transcript is recorded', async (_, id) => {
    const home = makeHome()
    const file = await home.writeTranscript(slug, `${session}.jsonl`, lines)
    await home.csl(['init'])
    const outside = () =>
      readdirSync(home.folder, { recursive: true }).filter(name => !/logger/.test(String(name)))
    const before = outside()

    const runs = [
      await hook(home, { session_id: id }),
      await hook(home, { session_id: id, transcript_path: file }),
    ]

    for (const run of runs) expectQuiet(run)
    await settle(home)
    expect(await sessionIds(home)).toEqual([session])
    expect(jobs(home)).toEqual([])
    expect(outside()).toEqual(before)
    expect(logOf(home)).toMatch(/not usable|no transcript yet/)
    expect(logOf(home).replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u)
  })

  test('of nothing: the hook is quiet, and the log says so', async () => {
    const home = makeHome()

    const run = await hook(home, '')

    expectQuiet(run)
    expect(logOf(home)).toContain('nothing on stdin')
  })

  test('of megabytes: the hook is quiet', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)

    const run = await hook(home, { session_id: session, extra: 'x'.repeat(5 << 20) })

    expectQuiet(run)
    expect(logOf(home).length).toBeLessThan(10_000)
  })

  test('for a session that wrote nothing: nothing is left to do', async () => {
    const home = makeHome()

    const run = await hook(home, { session_id: session, transcript_path: `/nowhere/${session}.jsonl` })

    expectQuiet(run)
    expect(jobs(home)).toEqual([])
    expect(logOf(home)).toMatch(/there is no transcript yet/)
  })

  test('that names a session without its transcript finds it in the projects', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)

    const run = await hook(home, { session_id: session })

    expectQuiet(run)
    await settle(home)
    expect(await sessionIds(home)).toEqual([session])
  })
})

describe('recording by hand', () => {
  test('says what it found', async () => {
    const home = makeHome()
    const file = await home.writeTranscript(slug, `${session}.jsonl`, lines)

    const run = await home.csl(['record', '--transcript', file])

    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toBe(`recorded: session ${session} · 1 file · 1 API messages · 0 malformed lines\n`)
  })

  test('has real exit codes', async () => {
    const home = makeHome()

    const [missing, wrong, hookWithAnOddWord] = [
      await home.csl(['record', '--transcript', '/nowhere.jsonl']),
      await home.csl(['record', '--transcript', '/nowhere.jsonl', '--wrong']),
      await home.csl(['record', '--wrong'], { input: '{}' }),
    ]

    expectClear(missing, 1, /nowhere\.jsonl is no transcript/, /\.jsonl/)
    expectClear(wrong, 2, /wrong/, /--help/)
    expectQuiet(hookWithAnOddWord)
  })
})

describe('the data folder', () => {
  test.each([
    ['is a file', (home: Home) => writeFileSync(home.dataFolder, '')],
    [
      'lies below a file',
      (home: Home) => {
        rmSync(home.claudeRoot, { recursive: true, force: true })
        writeFileSync(home.claudeRoot, '')
      },
    ],
  ])('%s: commands say so, hooks are quiet', async (_, spoil) => {
    const home = makeHome()
    const file = await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const elsewhere = path.join(home.folder, 'elsewhere.jsonl')
    renameSync(file, elsewhere)
    spoil(home)

    const runs = [
      await home.csl(['backfill']),
      await home.csl(['init']),
      await home.csl(['record', '--transcript', elsewhere]),
    ]
    const quiet = await hook(home, { transcript_path: elsewhere })

    for (const run of runs) expectClear(run, 1, /cannot write to the data folder/, /CLAUDE_LOGGER_HOME/)
    expectQuiet(quiet)
  })

  test('without its machine.json being whole: nothing is made in its place', async () => {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    await home.csl(['init'])
    const file = path.join(home.dataFolder, 'machine.json')
    writeFileSync(file, '{"machineId":')

    const [run, quiet] = [await home.csl(['backfill']), await hook(home, { session_id: session })]

    expectClear(run, 1, /machine\.json is broken/, /restore it/)
    expectQuiet(quiet)
    expect(logOf(home)).toContain('machine.json is broken')
    expect(readFileSync(file, 'utf8')).toBe('{"machineId":')
    // The job waits for a machine that knows who it is.
    expect(jobs(home)).toHaveLength(1)
  })
})

describe('a database', () => {
  async function aRecordedHome(): Promise<Home> {
    const home = makeHome()
    await home.writeTranscript(slug, `${session}.jsonl`, lines)
    const run = await home.csl(['backfill'])
    if (run.code !== 0) throw new Error(run.stderr)
    return home
  }

  /** Spoils the file with bytes of another kind from some offset on. */
  function overwrite(file: string, offset: number, bytes: Buffer): void {
    const whole = readFileSync(file)
    bytes.copy(whole, offset)
    writeFileSync(file, whole)
  }

  function inPlaceOfFile(file: string): void {
    rmSync(file)
    mkdirSync(file)
  }

  test.each<[string, RegExp, (file: string) => void]>([
    ['that is text', /not a DuckDB file/, file => writeFileSync(file, 'orchard\n'.repeat(5000))],
    ['that is a folder', /cannot open/, inPlaceOfFile],
    ['whose head is damaged', /is damaged/, file => overwrite(file, 4096, Buffer.alloc(8192, 7))],
    ['whose body is damaged', /is damaged/, file => overwrite(file, 3 * 4096, Buffer.alloc(262_144, 7))],
    ['that is cut off', /is damaged/, file => writeFileSync(file, readFileSync(file).subarray(0, 20_000))],
  ])('%s is named, is left as it is, and no hook’s job is lost', async (_, what, spoil) => {
    const home = await aRecordedHome()
    const database = databaseOf(home)
    spoil(database)
    const before = statSync(database).isFile() ? readFileSync(database) : undefined
    appendFileSync(path.join(home.claudeRoot, 'projects', slug, `${session}.jsonl`), '{}\n')

    const runs = [await home.csl(['backfill']), await home.csl(['init'])]
    const quiet = await hook(home, { session_id: session })

    for (const run of runs) expectClear(run, 1, what, /move it|permissions/)
    expectQuiet(quiet)
    expect(logOf(home)).toMatch(what)
    expect(jobs(home)).toHaveLength(1)
    if (before) expect(readFileSync(database).equals(before)).toBe(true)
    // Moved aside, as the hint says, everything comes back from the transcripts.
    renameSync(database, `${database}.aside`)
    expect((await home.csl(['backfill'])).code).toBe(0)
    expect(await sessionIds(home)).toEqual([session])
    expect(jobs(home)).toEqual([])
  })

  test('of a newer program is left alone', async () => {
    const home = await aRecordedHome()
    await withStore(databaseOf(home), { access: 'write' }, db =>
      db.run(`UPDATE meta SET value = '9999' WHERE key = 'csl_schema_version'`),
    )

    const runs = [await home.csl(['backfill']), await home.csl(['usage'])]
    const quiet = await hook(home, { session_id: session })

    for (const run of runs) expectClear(run, 1, /has schema 9999/, /update/)
    expectQuiet(quiet)
    expect(jobs(home)).toHaveLength(1)
  })

  test('that another process holds: commands say so after a while, hooks leave their job', async () => {
    const home = await aRecordedHome()
    await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
    const before = await recorded(home)
    const lock = await holdLock(databaseOf(home))

    const quiet = await hook(home, { session_id: uuidOf(1) })
    const run = await home.csl(['usage'])

    expectQuiet(quiet)
    expect(logOf(home)).toContain('in use by another process')
    expect(jobs(home)).toHaveLength(1)
    expectClear(run, 75, /in use by another process/, /try again/)
    await lock.release()
    expect(await recorded(home)).toEqual(before)
    expect((await home.csl(['usage'])).code).toBe(0)
    expect(await sessionIds(home)).toEqual([uuidOf(1), session])
    expect(jobs(home)).toEqual([])
  })

  test('that is not there: reports say what to do', async () => {
    const home = makeHome()

    const run = await home.csl(['sql', 'SELECT 1'])

    expectClear(run, 1, /nothing is recorded yet/, /csl backfill/)
  })
})

test('words that mean nothing are wrong usage, and help is none', async () => {
  const home = makeHome()

  const [unknown, option, help] = [
    await home.csl(['plant']),
    await home.csl(['usage', '--trees']),
    await home.csl(['--help']),
  ]

  expectClear(unknown, 2, /plant/, /--help/)
  expectClear(option, 2, /--trees/, /--help/)
  expect([help.code, help.stderr]).toEqual([0, ''])
  for (const code of [
    '0 fine',
    '1 failed',
    '2 wrong usage',
    '70 our bug',
    '75 database in use',
    '130 interrupted',
  ]) {
    expect(help.stdout).toContain(code)
  }
})

test('what is our own fault is called a bug', async () => {
  const home = makeHome()
  await home.writeTranscript(slug, `${session}.jsonl`, lines)
  // A program without its price list: nobody but us can have done that.
  const program = path.join(home.folder, 'program')
  cpSync(path.join(packageFolder, 'dist'), path.join(program, 'dist'), { recursive: true })
  symlinkSync(path.join(packageFolder, 'node_modules'), path.join(program, 'node_modules'))

  const main = path.join(program, 'dist/main.mjs')
  const run = await new Promise<Run>(resolve =>
    execFile(process.execPath, [main, 'backfill'], { env: home.env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    ),
  )

  expectClear(run, 70, /this is a bug/, /--debug/)
})
