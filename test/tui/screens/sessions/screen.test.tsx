import { setTimeout as sleep } from 'node:timers/promises'
import { render } from 'ink-testing-library'
import { expect, test, vi } from 'vitest'
import type { Mark } from '../../../../src/features/sessions/marks.ts'
import type { DoomedTranscript } from '../../../../src/ingest/erase-transcripts.ts'
import type { Destination, Wish } from '../../../../src/tui/screen.ts'
import type { TextSearchRequest } from '../../../../src/tui/screens/sessions/data.ts'
import { SessionsScreen } from '../../../../src/tui/screens/sessions/screen.tsx'
import { hostile } from '../../../support/rich-home.ts'
import { someData } from '../../../support/tui-data.ts'
import { aSession, someSessions } from '../../../support/tui-sessions.ts'

/** The frame that stays. */
async function settled(lastFrame: () => string | undefined): Promise<string> {
  for (let before: string | undefined; ; ) {
    const frame = lastFrame()
    if (frame !== undefined && frame === before) return frame
    before = frame
    await sleep(80)
  }
}

function open(sessions = someSessions([1, 2, 3].map(n => aSession(n))), given = {}) {
  const size = { columns: 100, rows: 14 }
  const opened: Destination[] = []
  const wishes: Wish[] = []
  const onBack = vi.fn()
  const { stdin, lastFrame } = render(
    <SessionsScreen
      data={someData({ sessions, ...given })}
      size={size}
      isActive
      onBack={onBack}
      onOpen={place => opened.push(place)}
      onWish={wish => wishes.push(wish)}
    />,
  )
  return {
    opened,
    wishes,
    onBack,
    shows: (text: string | RegExp) =>
      vi.waitFor(() => {
        const frame = lastFrame() ?? ''
        if (typeof text === 'string') expect(frame).toContain(text)
        else expect(frame).toMatch(text)
        return frame
      }),
    /** Writes keys once the screen is calm, and waits until it is so again. */
    async keys(...keys: string[]) {
      await settled(lastFrame)
      for (const key of keys) stdin.write(key)
      return settled(lastFrame)
    },
  }
}

test('typing narrows the list and starts nothing; in the list the same letters do', async () => {
  const titles = ['Sort the apples', 'Mend the gate', 'Sweep']
  const { keys, opened, wishes } = open(someSessions(titles.map((title, n) => aSession(n + 1, { title }))))

  const typed = await keys('gate xo')
  const found = await keys('\x7f', '\x7f', '\t')
  await keys('o', 'r')
  await vi.waitFor(() => expect(wishes).toHaveLength(1))

  // Neither changes a frame.
  await vi.waitFor(() => expect(wishes).toHaveLength(1))
  expect(typed).toContain('No session fits.')
  expect(found).toContain('1 of 3')
  expect(opened).toEqual([
    { screen: 'viewer', transcripts: [{ sessionId: aSession(2).id, title: 'Mend the gate' }], at: 0 },
  ])
  expect(wishes).toEqual([{ kind: 'resume', sessionId: aSession(2).id }])
})

test('o on one of several opens it with its neighbours in the list', async () => {
  const { keys, opened } = open()

  await keys('\t', 'j', 'o')

  await vi.waitFor(() =>
    expect(opened).toEqual([{ screen: 'viewer', transcripts: [1, 2, 3].map(toRead), at: 1 }]),
  )
})

test('a search and Enter Enter in one tick resume what was searched for, not what was shown', async () => {
  const { keys, wishes } = open()

  await keys('session 3', '\r', '\r')
  await vi.waitFor(() => expect(wishes).toHaveLength(1))

  expect(wishes).toEqual([{ kind: 'resume', sessionId: aSession(3).id }])
})

test('Space selects several to open; only one is ever resumed', async () => {
  const { keys, opened, wishes } = open()

  const frame = await keys('\t', ' ', ' ')
  await keys('o', 'r')
  await vi.waitFor(() => expect(wishes).toHaveLength(1))

  await vi.waitFor(() => expect(wishes).toHaveLength(1))
  expect(frame).toContain('2 selected')
  expect(opened).toEqual([{ screen: 'viewer', transcripts: [1, 2].map(toRead), at: 0 }])
  expect(wishes).toEqual([{ kind: 'resume', sessionId: aSession(3).id }])
})

function toRead(n: number) {
  return { sessionId: aSession(n).id, title: `Session ${n}` }
}

/** Sessions whose transcripts say what the test tells them to say. */
function aTextSearch(titles: readonly string[]) {
  const requests: TextSearchRequest[] = []
  const ends: (() => void)[] = []
  const screen = open(
    someSessions(
      titles.map((title, n) => aSession(n + 1, { title })),
      {
        searchText: request => {
          requests.push(request)
          return new Promise(resolve => ends.push(() => resolve({ failed: 0 })))
        },
      },
    ),
  )
  return {
    ...screen,
    requests,
    begun: (count = 1) => vi.waitFor(() => expect(requests).toHaveLength(count)),
    async says(n: number, line: string) {
      const { terms, onHit } = requests.at(-1) ?? {}
      const at = line.indexOf(terms?.[0] ?? '')
      const { id: sessionId, endedAtMs } = aSession(n)
      const where = { sessionId, endedAtMs, kind: 'assistant' as const, agentId: undefined }
      onHit?.({ ...where, line, matches: [[at, at + (terms?.[0]?.length ?? 0)]] })
      // A test's terminal has no styles.
      await screen.shows(`»${terms?.[0]?.replace(/\s+/g, ' ')}«`)
    },
    async end() {
      ends.at(-1)?.()
      return screen.shows(/text: \d+ of \d+ transcripts/)
    },
  }
}

test('what transcripts say comes in while somebody types, in its place, with the line below', async () => {
  const { keys, begun, says, end, requests } = aTextSearch(['One', 'Two', 'Three refunds', 'Four'])

  const first = await keys('refund')
  await begun()
  await says(4, 'no refund on Sundays')
  await says(2, 'the \x1b]0;owned\x07refund is cents')
  const both = await keys('s')
  await begun(2)
  await says(3, 'all refunds')
  const last = await end()

  expect(first).toMatch(/searching text… 0 hits · 1 of 4/)
  expect(first).toMatch(/Three refunds/)
  expect(both).toMatch(/searching text… 0 hits/)
  expect(requests.map(({ terms }) => terms)).toEqual([['refund'], ['refunds']])
  expect(last).toMatch(/text: 1 of 4 transcripts · 1 of 4/)
  expect(last).toMatch(/❯ .*Three refunds.*\n +answer: all »refunds«/)
})

test('the cursor stays on its session when others are found above it, and keys mean what was seen', async () => {
  const { keys, begun, says, end, wishes } = aTextSearch([
    'One',
    'Two',
    'refund Three',
    'refund Four',
    'Five',
  ])

  await keys('refund', '\t', 'j')
  await begun()
  await says(2, 'a refund')
  await says(1, 'one refund')
  await says(5, 'the last refund')
  const frame = await end()
  await keys('r')
  await vi.waitFor(() => expect(wishes).toHaveLength(1))

  expect(
    frame.split('\n').filter(line => /One|Two|Three|Four|Five|»refund«$/.test(line.trim())),
  ).toHaveLength(8)
  expect(frame).toMatch(/❯.*refund Four/)
  expect(wishes).toEqual([{ kind: 'resume', sessionId: aSession(4).id }])
})

test('what comes in while somebody types is seen: the newest stay at the top, under the cursor', async () => {
  const titles = Array.from({ length: 20 }, (_, n) => (n === 19 ? 'refund Last' : `Day ${n + 1} `))
  const { keys, begun, says, end } = aTextSearch(titles)

  await keys('refund')
  await begun()
  for (let n = 12; n > 0; n--) await says(n, 'a refund')
  const frame = await end()

  expect(frame).toMatch(/❯ .*Day 1 /)
})

test('what was found in a transcript is opened there, at what was found', async () => {
  const { keys, begun, says, opened } = aTextSearch(['One', 'Two'])

  await keys('refund')
  await begun()
  await says(2, 'We owe a refund!')
  await keys('\t', 'o')

  await vi.waitFor(() =>
    expect(opened).toEqual([
      {
        screen: 'viewer',
        transcripts: [{ sessionId: aSession(2).id, title: 'Two', find: 'refund', foundIn: undefined }],
        at: 0,
      },
    ]),
  )
})

test('only transcripts that the filters and the scope let through are read; ^F switches that off and on', async () => {
  const { keys, begun, requests, says, shows } = aTextSearch(['One', 'Two', 'Three'])

  await keys('refund is:starred')
  await shows('text: 0 of 0')
  await keys('\x15', '"two  words" date:<7d')
  await begun()
  await says(1, 'these two  words')
  const off = await keys('\x06')
  const on = await keys('\x06')
  await begun(2)

  expect(requests[0]).toMatchObject({ terms: ['two  words'] })
  expect(requests[0]?.sources.map(({ id }) => id)).toEqual([1, 2, 3].map(n => aSession(n).id))
  expect(requests[0]?.signal.aborted).toBe(true)
  expect(off).toMatch(/text search off · 0 of 3/)
  expect(off).toContain('No session fits')
  expect(on).toContain('searching text…')
})

test('stars, tags, names; deletes when told twice, and undoes it', async () => {
  const said: [readonly string[], readonly Mark[]][] = []
  const mark = async (ids: readonly string[], marks: readonly Mark[]) => {
    said.push([ids, marks])
    return undefined
  }
  const { keys } = open(someSessions([aSession(1)], { mark }))

  await keys('\t', 's')
  await keys('t')
  await keys('oak -ash', '\r')
  await keys('e')
  await keys('\x15', 'The gate', '\r')
  const asked = await keys('x')
  await keys('n')
  await keys('x')
  await keys('y')
  await keys('u')

  const id = aSession(1).id
  expect(asked).toContain('Take this session out of the lists?')
  expect(said).toEqual([
    [[id], [{ kind: 'star', value: 'true' }]],
    [
      [id],
      [
        { kind: 'tag', value: 'oak' },
        { kind: 'untag', value: 'ash' },
      ],
    ],
    [[id], [{ kind: 'name', value: 'The gate' }]],
    [[id], [{ kind: 'deleted', value: 'true' }]],
    [[id], [{ kind: 'deleted', value: 'false' }]],
  ])
})

test('acts on selected sessions only while they are listed, else on the row under the cursor', async () => {
  const titles = ['Apples', 'Barn', 'Cart']
  const said: unknown[] = []
  const mark = async (ids: readonly string[]) => {
    said.push(ids)
    return undefined
  }
  const { keys, shows } = open(
    someSessions(
      titles.map((title, n) => aSession(n + 1, { title })),
      { mark },
    ),
  )

  await keys('\t', ' ', ' ')
  await shows('2 selected · 3')
  await keys('/', 'barn', '\t')
  await shows('1 selected + 1 not listed')
  await keys('x')
  await shows('Take the selected session out')
  await keys('n')
  await keys('s')
  await keys('/', '\x15', 'cart', '\t')
  await shows('2 selected, not listed')
  await keys('x')
  await shows('Take this session out')
  await keys('y')
  await keys('/', '\x15', '\t')
  await shows('2 selected · 3')

  expect(said).toEqual([[aSession(2).id], [aSession(3).id]])
})

test('a delete, or its undoing, that fails can be tried again', async () => {
  const said: unknown[] = []
  let isBusy = true
  const mark = async (ids: readonly string[], [mark]: readonly Mark[]) => {
    if (isBusy) throw new Error('in use by another process')
    said.push([ids, mark?.value])
    return undefined
  }
  const { keys } = open(
    someSessions(
      [1, 2].map(n => aSession(n)),
      { mark },
    ),
  )

  await keys('\t', ' ')
  await keys('x')
  const failed = await keys('y')
  const nothing = await keys('u')
  isBusy = false
  await keys('x')
  await keys('y')
  isBusy = true
  const undoFailed = await keys('u')
  isBusy = false
  await keys('u')
  const again = await keys('u')

  const id = aSession(1).id
  expect(failed).toContain('1 selected')
  expect(failed).toContain('in use by another process')
  expect(nothing).toContain('nothing was deleted here')
  expect(undoFailed).toContain('in use by another process')
  expect(again).toContain('nothing was deleted here')
  expect(said).toEqual([
    [[id], 'true'],
    [[id], 'false'],
  ])
})

test('who turns to something else while a resume is looked into is not taken out of it', async () => {
  const answers: ((why: string | undefined) => void)[] = []
  const whyNotResume = () => new Promise<string | undefined>(resolve => answers.push(resolve))
  const { keys, wishes, opened } = open(
    someSessions(
      [1, 2].map(n => aSession(n)),
      { whyNotResume },
    ),
  )

  await keys('\t', 'r')
  await keys('o')
  answers[0]?.(undefined)
  await keys('r', 'j')
  answers[1]?.('no such luck')
  const frame = await keys('r')
  answers[2]?.(undefined)
  await vi.waitFor(() => expect(wishes).not.toEqual([]))

  expect(opened).toHaveLength(1)
  expect(frame).not.toContain('no such luck')
  expect(wishes).toEqual([{ kind: 'resume', sessionId: aSession(2).id }])
})

test('deletes a transcript, too, when told twice, and says which and how large', async () => {
  const id = aSession(1).id
  const file = `/home/dev/.claude/projects/-home-dev-a-rather-long-name/${id}.jsonl`
  const doomed: DoomedTranscript = {
    sessionId: id,
    mains: [file],
    files: [
      { path: file, bytes: 1_400_000, transcript: undefined },
      { path: `${file}/agent`, bytes: 100_000, transcript: undefined },
    ],
  }
  const erased: unknown[] = []
  const { keys, shows } = open(
    someSessions([aSession(1)], {
      planErasing: async () => [doomed],
      erase: async (...given) => {
        erased.push(given)
        return undefined
      },
    }),
  )

  const asked = await keys('\t', 'x')
  await keys('f')
  const twice = await shows('Delete the transcript for good')
  const declined = await keys('f')
  await keys('x')
  await keys('f')
  await shows('Delete the transcript for good')
  await keys('y')
  await shows('the session and its transcript are deleted')

  expect(asked).toContain('y yes · f delete the transcript, too · else no')
  expect(twice.replace(/\s+/g, '')).toContain(file)
  expect(twice).toMatch(/1\.5 MB\?[\s\S]*and 1 file beside/)
  expect(declined).not.toContain('for good')
  expect(erased).toEqual([[[id], [doomed]]])
})

test('what may not be deleted is told instead of asked', async () => {
  const { keys, shows } = open(
    someSessions([aSession(1)], {
      planErasing: async () => {
        throw new Error('it is going on just now')
      },
    }),
  )

  await keys('\t', 'x')
  await keys('f')

  expect(await shows('it is going on just now')).not.toContain('for good')
})

test('says why a session can’t be resumed and stays; copies the command, quoted', async () => {
  const copied: string[] = []
  const session = aSession(1, { resumeCwd: "/home/o'hara" })
  const { keys, wishes } = open(
    someSessions([session], { transcripts: async () => new Map(), whyNotResume: async () => 'no such luck' }),
    { copy: (text: string) => copied.push(text) },
  )

  const shown = await keys('\t')
  const told = await keys('r')
  await keys('y')

  expect(shown).toContain('⚠ transcript gone: can’t be resumed')
  expect(told).toContain('no such luck')
  expect(wishes).toEqual([])
  expect(copied).toEqual([`cd '/home/o'\\''hara' && claude --resume ${session.id}`])
})

test('hostile titles are harmless, in the list and in what is asked', async () => {
  const { keys } = open(someSessions([aSession(1, { title: hostile, branch: hostile, resumeCwd: hostile })]))

  const frames = [await keys('\t'), await keys('e')]

  for (const frame of frames) {
    expect(frame).toContain('Evil redtfel')
    expect(frame).not.toMatch(/[\x07\x08\x9b\u202e]|\x1b\]|\x1b\[2J/)
  }
})

test('a database that is busy, and one that is empty, are told', async () => {
  const busy = open(
    someSessions([], {
      browse: async () => {
        throw new Error('in use by another process')
      },
    }),
  )
  const empty = open(someSessions([]))

  expect(await busy.keys('\t')).toContain('in use by another process')
  expect(await empty.keys('\t', 'r', 'o', 'x', 'y')).toContain('Nothing is recorded yet')
})
