import { spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { recorded, select } from '../support/database.ts'
import { type Home, mainFile, makeHome } from '../support/home.ts'
import { writeLines } from '../support/ledger.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'

const session = uuidOf(0x5e55)
const slug = '-home-dev-orchard-api'

function line(serial: number, output = 20): object {
  return assistantLine(session, {
    id: messageId(serial),
    uuid: uuidOf(serial),
    at: `2026-10-01T10:00:${String(serial).padStart(2, '0')}.000Z`,
    usage: { input_tokens: 10, output_tokens: output },
  })
}

const begin = [
  bornLine(session, '2026-10-01T09:59:00.000Z'),
  userLine(session, 'Plant the orchard', { uuid: uuidOf(99) }),
]

interface Totals {
  messages: number
  output: number
  lines: number
  revision: number
}

async function totals(home: Home): Promise<Totals | undefined> {
  const rows = await select<Totals>(
    home,
    `SELECT api_message_count AS messages, output_tokens AS output, lines, revision
     FROM sessions JOIN session_facts USING (session_id) WHERE session_id = '${session}'`,
  )
  return rows[0]
}

async function backfill(home: Home): Promise<string> {
  const run = await home.csl(['backfill'])
  if (run.code !== 0) throw new Error(`backfill: ${run.code} ${run.stderr}`)
  return run.stdout
}

/** A home in which one session of two messages has been read. */
async function aReadHome(): Promise<{ home: Home; file: string }> {
  const home = makeHome()
  const file = await home.writeTranscript(slug, `${session}.jsonl`, [...begin, line(1), line(2)])
  await backfill(home)
  return { home, file }
}

describe('reading again', () => {
  test('passes over what has not changed', async () => {
    const { home } = await aReadHome()
    const before = await recorded(home)

    const said = await backfill(home)

    expect(said).toBe('done: 1 transcript, nothing new\nin the logbook: 1 session, 2 API messages\n')
    expect(await recorded(home)).toEqual(before)
    expect(await totals(home)).toEqual({ messages: 2, output: 40, lines: 4, revision: 1 })
  })

  test('changes no row if only the file’s time has changed', async () => {
    const { home, file } = await aReadHome()
    utimesSync(file, 1_800_000_000, 1_800_000_000)

    const said = await backfill(home)

    expect(said).toContain('1 of 1 transcript read')
    expect((await totals(home))?.revision).toBe(1)
  })

  test('takes up what has been appended', async () => {
    const { home, file } = await aReadHome()
    appendFileSync(file, `${JSON.stringify(line(3, 500))}\n`)

    await backfill(home)

    expect(await totals(home)).toEqual({ messages: 3, output: 540, lines: 5, revision: 2 })
  })

  test('takes up the end of a line that was being written', async () => {
    const { home, file } = await aReadHome()
    const whole = JSON.stringify(line(3, 500))
    appendFileSync(file, whole.slice(0, 50))
    await backfill(home)
    appendFileSync(file, `${whole.slice(50)}\n`)

    await backfill(home)

    expect(await totals(home)).toMatchObject({ messages: 3, output: 540 })
    expect(await select(home, 'SELECT malformed_lines FROM session_facts')).toEqual([{ malformedLines: 0 }])
  })

  test('notices a file that was rewritten with the same size and time', async () => {
    const { home, file } = await aReadHome()
    const time = 1_800_000_000
    utimesSync(file, time, time)
    await backfill(home)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"output_tokens":20', '"output_tokens":90'))
    utimesSync(file, time, time)

    await backfill(home)

    expect((await totals(home))?.output).toBe(110)
  })

  test('takes nothing away when a file has shrunk', async () => {
    const { home, file } = await aReadHome()
    const before = await recorded(home)
    truncateSync(file, readFileSync(file, 'utf8').indexOf('\n') + 1)

    await backfill(home)

    expect(await recorded(home)).toEqual(before)
  })

  test('takes nothing away when a file was emptied or written anew, and adds what is new in it', async () => {
    const { home, file } = await aReadHome()
    writeFileSync(file, '')
    await backfill(home)
    writeLines(file, [...begin, line(7, 1000)])

    await backfill(home)

    // The counts of the version with the most lines stay; the ledger holds the messages of both.
    expect(await totals(home)).toMatchObject({ messages: 3, output: 1040, lines: 4 })
  })

  test('takes nothing away when a file has vanished', async () => {
    const { home } = await aReadHome()
    const before = await recorded(home)
    rmSync(path.join(home.claudeRoot, 'projects'), { recursive: true })

    const said = await backfill(home)

    expect(said).toContain('0 transcripts, nothing new')
    expect(await recorded(home)).toEqual(before)
  })

  test('counts a session once whose file was moved to another folder', async () => {
    const { home, file } = await aReadHome()
    const before = await recorded(home)
    const elsewhere = path.join(home.claudeRoot, 'projects/-home-dev-elsewhere')
    mkdirSync(elsewhere)
    renameSync(file, path.join(elsewhere, path.basename(file)))

    await backfill(home)

    expect(await recorded(home)).toEqual(before)
  })

  test('adds a subagent whose file comes later to its session', async () => {
    const { home } = await aReadHome()
    await home.writeTranscript(slug, `${session}/subagents/workflows/wf_1/agent-1.jsonl`, [
      { ...line(4, 300), isSidechain: true, agentId: '1' },
    ])

    await backfill(home)

    expect(await totals(home)).toMatchObject({ messages: 3, output: 340 })
    expect(await select(home, 'SELECT subagent_count FROM sessions')).toEqual([{ subagentCount: 1 }])
  })

  test('moves a message to the session it was copied from, once a line says so', async () => {
    const [older, oldest] = [uuidOf(0x02), uuidOf(0x01)]
    const copied = (from: string, output: number) => ({
      ...line(5, output),
      forkedFrom: { sessionId: from, messageUuid: uuidOf(1) },
    })
    const home = makeHome()
    const file = await home.writeTranscript(slug, `${session}.jsonl`, [...begin, copied(older, 10)])
    await backfill(home)
    appendFileSync(file, `${JSON.stringify(copied(oldest, 20))}\n`)

    await backfill(home)

    const rows = await select(home, 'SELECT session_id, output_tokens FROM sessions WHERE output_tokens > 0')
    expect(rows).toEqual([{ sessionId: oldest, outputTokens: 20 }])
    expect(await select(home, 'SELECT session_id FROM session_models')).toEqual([{ sessionId: oldest }])
  })
})

describe('transcripts are found', () => {
  test('below every folder of CLAUDE_CONFIG_DIR, and data lies in the first', async () => {
    const home = makeHome()
    const [first, second] = [path.join(home.folder, 'one'), path.join(home.folder, 'two')]
    writeLines(path.join(first, 'projects/-a', `${session}.jsonl`), [...begin, line(1)])
    writeLines(path.join(second, 'projects/-b', `${uuidOf(2)}.jsonl`), [assistantLine(uuidOf(2))])

    const run = await home.csl(['backfill'], { env: { CLAUDE_CONFIG_DIR: `${first}, ${second}` } })

    expect(run.stdout).toContain('2 of 2 transcripts read\nin the logbook: 2 sessions, 2 API messages')
    expect(existsSync(path.join(first, 'claude-session-logger/sessions.duckdb'))).toBe(true)
    expect(existsSync(path.join(second, 'claude-session-logger'))).toBe(false)
  })

  test('below ~/.claude and $XDG_CONFIG_HOME/claude, where nothing else is said', async () => {
    const home = makeHome()
    const xdg = path.join(home.folder, 'xdg')
    writeLines(path.join(home.folder, '.claude/projects/-a', `${session}.jsonl`), [...begin, line(1)])
    writeLines(path.join(xdg, 'claude/projects/-b', `${uuidOf(2)}.jsonl`), [assistantLine(uuidOf(2))])

    const run = await home.csl(['backfill'], { env: { CLAUDE_CONFIG_DIR: '', XDG_CONFIG_HOME: xdg } })

    expect(run.stdout).toContain('2 of 2 transcripts read')
  })

  test('in a folder that is a link to one, and two names of one session count once', async () => {
    const { home } = await aReadHome()
    const before = await recorded(home)
    symlinkSync(path.join(home.claudeRoot, 'projects', slug), path.join(home.claudeRoot, 'projects/-linked'))

    const said = await backfill(home)

    expect(said).toContain('1 of 2 transcripts read')
    expect(await recorded(home)).toEqual(before)
  })

  test('nowhere: it says where it looked, and that is no error', async () => {
    const home = makeHome()

    const run = await home.csl(['backfill'])

    expect(run.code).toBe(0)
    expect(run.stderr).toContain(`no transcripts below ${home.claudeRoot}`)
  })
})

test('what was found is summed up: sessions, messages, unpriced models, unfinalized messages, malformed lines', async () => {
  const home = makeHome()
  await home.writeTranscript(slug, `${session}.jsonl`, [
    ...begin,
    line(1),
    assistantLine(session, { id: messageId(2), model: 'nobody-knows-1' }),
    assistantLine(session, { id: messageId(3), stopReason: null }),
    '{"cut off',
    'NaN',
  ])
  await home.writeTranscript(slug, `${uuidOf(2)}.jsonl`, [assistantLine(uuidOf(2))])
  // Nobody answered this one: it is a session all the same.
  await home.writeTranscript(slug, `${uuidOf(3)}.jsonl`, [userLine(uuidOf(3), 'Anybody there?')])

  const said = await backfill(home)

  expect(said.split('\n')).toEqual([
    'done: 3 of 3 transcripts read',
    'in the logbook: 3 sessions, 4 API messages',
    'no price for: nobody-knows-1 (costs read "at least"; see: csl prices)',
    '1 message unfinalized: their output tokens may be a lower bound',
    '2 malformed lines passed over',
    '',
  ])
})

test('many transcripts, read on several threads, give the rows that they give one by one', async () => {
  const [together, apart] = [makeHome(), makeHome()]
  const content = [{ type: 'text', text: 'x'.repeat(100_000) }]
  const files: string[] = []
  // Above 16 MB it pays.
  for (let n = 1; n <= 18; n++) {
    const id = uuidOf(n)
    const lines = Array.from({ length: 10 }, (_, i) =>
      // Every third message of a session is copied from the one before it.
      assistantLine(id, {
        id: messageId((i % 3 === 0 ? n - 1 : n) * 100 + i),
        uuid: uuidOf(n * 100 + i),
        content,
      }),
    )
    const all = [bornLine(id, `2026-10-01T09:00:${String(n).padStart(2, '0')}.000Z`), ...lines]
    await together.writeTranscript(slug, `${id}.jsonl`, all)
    files.push(await apart.writeTranscript(slug, `${id}.jsonl`, all))
  }

  await backfill(together)
  for (const file of files.reverse()) await apart.csl(['record', '--transcript', file])

  const identity = {
    machineId: expect.any(String),
    machineLabel: expect.any(String),
    personId: expect.any(String),
  }
  const [one, other] = [await recorded(together), await recorded(apart)]
  expect(one.usage).toHaveLength(180)
  expect(one.usage).toEqual(other.usage)
  expect(one.models).toEqual(other.models)
  expect(one.sessions).toEqual(other.sessions?.map(row => ({ ...row, ...identity })))
})

test('a backfill that is interrupted keeps what it has read, and the next one goes on', async () => {
  const home = makeHome()
  const text = 'x'.repeat(1 << 20)
  for (let n = 1; n <= 40; n++) {
    const id = uuidOf(n)
    const content = [{ type: 'text', text }]
    await home.writeTranscript(slug, `${id}.jsonl`, [assistantLine(id, { id: messageId(n), content })])
  }

  const child = spawn(process.execPath, [mainFile, 'backfill'], { env: home.env, stdio: 'pipe' })
  // Made first of all: from now on it listens, and forty files are still unread.
  while (!existsSync(path.join(home.dataFolder, 'machine.json')))
    await new Promise(done => setTimeout(done, 1))
  child.kill('SIGINT')
  const said: Buffer[] = []
  child.stdout.on('data', chunk => said.push(chunk))
  const code = await new Promise(done => child.on('close', done))

  expect(code).toBe(130)
  expect(Buffer.concat(said).toString()).toContain('stopped; what was read is kept')
  await backfill(home)
  expect(await select(home, 'SELECT count(*)::INTEGER AS n FROM sessions')).toEqual([{ n: 40 }])
})
