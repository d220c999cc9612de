import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { searchTranscripts, type TextHit } from '../../src/transcripts/search.ts'
import type { TranscriptFile } from '../../src/transcripts/source.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'
import { aFolder, aTranscript, search, searchWorkerUrl, theFile, ways } from '../support/search.ts'

const [one, two, three] = [uuidOf(1), uuidOf(2), uuidOf(3)]

function byFile(a: TextHit, b: TextHit): number {
  return a.file < b.file ? -1 : 1
}

/** Transcripts of so many sessions, each with a line that has the words. */
function transcripts(count: number, words: string): TranscriptFile[] {
  const folder = aFolder()
  return Array.from({ length: count }, (_, n) =>
    aTranscript(folder, `${uuidOf(n)}.jsonl`, [userLine(uuidOf(n), words)]),
  )
}

describe.each(ways)('a search $way', ({ ripgrep }) => {
  test('shows the line of each session where a person reads the term', async () => {
    const folder = aFolder()
    const content = [{ type: 'text', text: 'First.\nThe Pear tree stands in the orchard.\nLast.' }]
    const files = [
      aTranscript(folder, `${one}.jsonl`, [userLine(one, 'plant a pear')]),
      aTranscript(folder, `${two}.jsonl`, [userLine(two, 'hello'), assistantLine(two, { content })]),
      aTranscript(folder, `${three}.jsonl`, [userLine(three, 'hello')]),
    ]

    const { found, ...report } = await search(files, ['pear'], { ripgrep })

    expect(found.sort(byFile)).toEqual([
      {
        sessionId: one,
        tool: 'claude-code',
        file: files[0]?.path,
        kind: 'user',
        atMs: Date.parse('2026-10-01T10:00:00.000Z'),
        line: 'plant a pear',
        matches: [[8, 12]],
      },
      {
        sessionId: two,
        tool: 'claude-code',
        file: files[1]?.path,
        kind: 'assistant',
        atMs: Date.parse('2026-10-01T10:00:05.000Z'),
        line: 'The Pear tree stands in the orchard.',
        matches: [[4, 8]],
      },
    ])
    expect(report).toEqual({ searched: 3, hits: 2, failed: [] })
  })

  test('finds only messages that have all terms, and shows the first', async () => {
    const folder = aFolder()
    const content = [
      { type: 'thinking', thinking: 'an apple is no fruit of this tree' },
      { type: 'text', text: 'It is a pear.' },
    ]
    const apart = [userLine(one, 'a pear'), userLine(one, 'an apple')]
    const files = [
      aTranscript(folder, `${one}.jsonl`, apart),
      aTranscript(folder, `${two}.jsonl`, [assistantLine(two, { content })]),
    ]

    const { found } = await search(files, ['pear', 'apple'], { ripgrep })

    expect(found.map(({ sessionId, kind, line }) => ({ sessionId, kind, line }))).toEqual([
      { sessionId: two, kind: 'assistant', line: 'It is a pear.' },
    ])
  })

  test('finds a session once, also by what its subagents said', async () => {
    const folder = aFolder()
    const lines = [userLine(one, 'a pear')]
    const files = [
      aTranscript(folder, `${one}.jsonl`, lines),
      aTranscript(folder, `${one}/subagents/agent-a1.jsonl`, lines),
      aTranscript(folder, `${two}/subagents/agent-a2.jsonl`, [{ ...userLine(two, 'a pear'), agentId: 'a2' }]),
    ]

    const { found, hits } = await search(files, ['pear'], { ripgrep })

    expect(found.map(hit => hit.sessionId).sort()).toEqual([one, two])
    expect(hits).toBe(2)
  })

  test('counts files that are gone or can’t be read, and searches the others', async () => {
    const folder = aFolder()
    const files = transcripts(4, 'a pear')
    const gone = aTranscript(folder, 'gone.jsonl', [userLine(one, 'a pear')])
    const unreadable = aTranscript(folder, 'loop.jsonl', [userLine(one, 'a pear')])
    rmSync(gone.path)
    rmSync(unreadable.path)
    symlinkSync(unreadable.path, unreadable.path)

    const { found, ...report } = await search([gone, ...files, unreadable], ['pear'], { ripgrep })

    expect(found).toHaveLength(4)
    expect(report).toMatchObject({ searched: 4, hits: 4 })
    expect(report.failed.map(({ path: file }) => file).sort()).toEqual([gone.path, unreadable.path].sort())
    expect(report.failed.every(({ why }) => why !== '')).toBe(true)
  })

  test('reads on behind NUL bytes, a mark of another encoding, broken lines and bytes that are no UTF-8', async () => {
    const folder = path.join(aFolder(), '.hidden')
    mkdirSync(folder)
    writeFileSync(path.join(folder, '.ignore'), '*\n')
    const line = Buffer.from(JSON.stringify(userLine(one, 'a pear\ue000')))
    const at = line.indexOf('\ue000')
    // Behind the term, too, is a byte that is no UTF-8.
    const pear = Buffer.concat([line.subarray(0, at), Buffer.from([0xff]), line.subarray(at + 3)])
    const rubbish = [Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('\0\0\n{"cut":\n\xff\xff\n', 'latin1')]
    const files = rubbish.map((bytes, n) => {
      const file = path.join(folder, `${uuidOf(n)}.jsonl`)
      writeFileSync(file, Buffer.concat([bytes, pear]))
      return theFile(file)
    })

    const { found } = await search(files, ['pear'], { ripgrep })

    expect(found.map(hit => hit.file).sort()).toEqual(files.map(file => file.path))
  })

  test('finds what stands in lines of megabytes', async () => {
    const folder = aFolder()
    const long = 'lorem ipsum '.repeat(250_000)
    const file = aTranscript(folder, `${one}.jsonl`, [
      userLine(one, `${long}pear${long}`),
      userLine(one, 'a plum'),
    ])

    const { found } = await search([file], ['pear'], { ripgrep })
    const later = await search([file], ['plum'], { ripgrep })

    expect(found.map(hit => hit.line)).toEqual([expect.stringMatching(/^….* ipsum pearlorem ipsum .*…$/)])
    expect(later.found.map(hit => hit.line)).toEqual(['a plum'])
  })

  test('tells of a hit while it goes on, and of none once it was ended', async () => {
    const files = transcripts(400, 'a pear')
    const end = new AbortController()
    const found: TextHit[] = []
    const onHit = (hit: TextHit) => {
      found.push(hit)
      if (found.length === 5) end.abort()
    }

    const report = await search(files, ['pear'], { ripgrep, onHit, signal: end.signal })

    expect(found).toHaveLength(5)
    expect(report.hits).toBe(5)
    expect(report.searched).toBeLessThanOrEqual(400)
  })

  test('looks for nothing where there is nothing to look for', async () => {
    const files = transcripts(2, 'a pear')
    const ended = new AbortController()
    ended.abort()
    const nothing = { searched: 0, hits: 0, failed: [], found: [] }

    expect(await search(files, [], { ripgrep })).toEqual(nothing)
    expect(await search(files, [' ', ''], { ripgrep })).toEqual(nothing)
    expect(await search([], ['pear'], { ripgrep })).toEqual(nothing)
    expect(await search(files, ['pear'], { ripgrep, signal: ended.signal })).toEqual(nothing)
  })

  test('finds what was written a moment ago, also where it is cut off', async () => {
    const [file] = transcripts(1, 'hello')
    if (!file) return expect.unreachable()
    appendFileSync(
      file.path,
      `${JSON.stringify(userLine(one, 'a pear'))}\n{"type":"user","message":{"content":"a plum`,
    )

    expect((await search([file], ['pear'], { ripgrep })).found).toHaveLength(1)
    expect((await search([file], ['plum'], { ripgrep })).found).toHaveLength(0)
  })
})

test('one thread without ripgrep finds the newest first', async () => {
  const files = transcripts(200, 'a pear')

  const { found } = await search(files, ['pear'], { ripgrep: null, threads: 1 })

  expect(found.map(hit => hit.file)).toEqual(files.map(file => file.path))
})

test('where there is no ripgrep of that name all files are read', async () => {
  const files = transcripts(3, 'a pear')

  const { found, searched } = await search(files, ['pear'], { ripgrep: 'no-ripgrep-of-that-name' })

  expect(found).toHaveLength(3)
  expect(searched).toBe(3)
})

test('a ripgrep that hangs is ended with the search', async () => {
  const files = transcripts(3, 'a pear')
  const folder = aFolder()
  const command = path.join(folder, 'rg')
  const told = path.join(folder, 'pid')
  const hang = `echo $$ > '${told}.part'; mv '${told}.part' '${told}'; exec sleep 600`
  writeFileSync(
    command,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo 'ripgrep 14.1.0'; exit; fi\n${hang}\n`,
  )
  chmodSync(command, 0o755)
  const end = new AbortController()
  const searching = search(files, ['pear'], { ripgrep: command, signal: end.signal })
  while (!existsSync(told)) await new Promise(resolve => setTimeout(resolve, 10))

  end.abort()
  const report = await searching

  expect(report.found).toEqual([])
  await expectGone(Number(readFileSync(told, 'utf8')))
})

/** Waits until a process is not there any more. */
async function expectGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ESRCH' })
      return
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

test('files are searched as they become known, and who still lists them keeps nobody waiting', async () => {
  const [first, second] = [transcripts(3, 'a pear'), transcripts(3, 'a plum')]
  const end = new AbortController()
  const found: TextHit[] = []
  async function* files() {
    yield first
    yield second
    await new Promise(() => undefined)
  }

  const report = await searchTranscripts({
    files: files(),
    terms: ['plum'],
    signal: end.signal,
    workerUrl: searchWorkerUrl,
    ripgrep: null,
    onHit(hit) {
      found.push(hit)
      if (found.length === 3) end.abort()
    },
  })

  expect(found.map(hit => hit.file)).toEqual(second.map(file => file.path))
  expect(report).toEqual({ searched: 6, hits: 3, failed: [] })
})

test('a list of files that breaks off is an error', async () => {
  // biome-ignore lint/correctness/useYield: it breaks before it has one.
  async function* files() {
    throw new Error('no folder today')
  }
  const { signal } = new AbortController()

  const searching = searchTranscripts({
    files: files(),
    terms: ['pear'],
    signal,
    workerUrl: searchWorkerUrl,
    onHit: () => undefined,
  })

  await expect(searching).rejects.toThrow('no folder today')
})

test('a thread that breaks is an error, not a search without hits', async () => {
  const files = transcripts(3, 'a pear')
  const broken = path.join(aFolder(), 'broken.mjs')
  writeFileSync(broken, 'throw new Error("no thread today")')

  await expect(search(files, ['pear'], { ripgrep: null, workerUrl: pathToFileURL(broken) })).rejects.toThrow(
    'no thread today',
  )
})
