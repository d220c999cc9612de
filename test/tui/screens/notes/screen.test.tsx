import { render } from 'ink-testing-library'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../../../src/base/errors.ts'
import { textWidth } from '../../../../src/base/text-width.ts'
import type { Size } from '../../../../src/tui/screen.ts'
import type { NotesData, NotesFilter } from '../../../../src/tui/screens/notes/data.ts'
import type { Fields } from '../../../../src/tui/screens/notes/draft.ts'
import { NotesScreen } from '../../../../src/tui/screens/notes/screen.tsx'
import { aChange, anEntryRow } from '../../../support/changes.ts'
import { settled } from '../../../support/settled.ts'
import { someData, someNotes } from '../../../support/tui-data.ts'

const entries = [
  anEntryRow({ id: 'e1', title: 'Refunds\x1b[2J twice' }),
  anEntryRow({ id: 'e2', title: 'Amounts are whole cents', category: 'decision', status: 'info' }),
]
const tagged = anEntryRow({ id: 'e1', title: 'Refunds', tags: ['money', 'old'], noteCount: 1 })
const body = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n')

async function open(given: Partial<NotesData> = {}, size: Size = { columns: 90, rows: 24 }) {
  let backs = 0
  const notes = someNotes({
    list: async () => entries,
    read: async id => ({
      entry: entries.find(entry => entry.id === id) ?? anEntryRow(),
      detail: { text: body, notes: [], statuses: [], sessionTitle: null },
      isDeleted: false,
    }),
    ...given,
  })
  const data = someData({ notes })
  const element = (of: Size) => (
    <NotesScreen
      data={data}
      size={of}
      isActive={true}
      onBack={() => {
        backs++
      }}
      onOpen={() => undefined}
      onWish={() => undefined}
    />
  )
  const { stdin, lastFrame, rerender } = render(element(size))
  await settled(lastFrame)
  const text = () => lastFrame() ?? ''
  return {
    text,
    lines: () => text().split('\n'),
    backs: () => backs,
    async type(...keys: string[]) {
      for (const key of keys) {
        stdin.write(key)
        await settled(lastFrame)
      }
    },
    async resize(to: Size) {
      rerender(element(to))
      await settled(lastFrame)
    },
  }
}

describe('the notes on a screen', () => {
  test('list entries, and read one whole', async () => {
    const screen = await open()
    const list = screen.lines()

    await screen.type('\x1b[B', '\r')
    const top = screen.text()
    await screen.type('G')
    const end = screen.text()
    await screen.type('\x1b')

    expect(list[2]).toMatch(/^› 11-01 12:00 issue {4}open Refunds twice/)
    expect(list[3]).toContain('decision info Amounts are whole cents')
    expect(top).toContain('Amounts are whole cents')
    expect(top).toContain('line 0')
    expect(end).toContain('line 59')
    expect(screen.lines()[3]).toMatch(/^› /)
    expect(screen.backs()).toBe(0)
  })

  test('ask for what a filter lets through, also when keys come at once', async () => {
    const asked: NotesFilter[] = []
    const screen = await open({
      list: async filter => {
        asked.push(filter)
        return []
      },
    })

    await screen.type('c', '/sort')

    expect(asked.at(-1)).toEqual({
      category: 'issue',
      isOpen: true,
      status: undefined,
      search: 'sort',
      isDeleted: false,
    })
    expect(screen.text()).toContain('No entry fits.')
  })

  test('log an entry that is written on the screen', async () => {
    const logged: Fields[] = []
    const screen = await open({
      log: async draft => {
        logged.push(draft)
        return { redacted: 1 }
      },
    })

    await screen.type('l', 'Hello', '\r', '#pears, two', '\r', 'one', '\r', 'two', '\x13')

    expect(logged).toEqual([
      { category: 'note', status: 'info', title: 'Hello', tags: ['pears', 'two'], body: 'one\ntwo' },
    ])
    expect(screen.text()).toContain('logged: note · 1 secret in it made unreadable')
  })

  test('keep what was written when it could not be said, and say why', async () => {
    const screen = await open({
      say: async () => {
        throw new Error('the disk is full')
      },
    })

    await screen.type('n', 'important', '\x13')

    expect(screen.text()).toContain('the disk is full')
    expect(screen.text()).toContain('important')
    await screen.type('\x1b', '\x1b')
    expect(screen.text()).not.toContain('important')
  })

  test('set a status and add a note to the chosen entry', async () => {
    const said: unknown[] = []
    const screen = await open({
      say: async (id, sayings) => {
        said.push([id, ...sayings])
        return { redacted: 0 }
      },
    })

    await screen.type('s', '\x1b[D', '\x1b[D', '\r', '\x1b[B', 'n', 'ok', '\x13')

    expect(said).toEqual([
      ['e1', { kind: 'status', value: 'resolved' }],
      ['e2', { kind: 'note', value: 'ok' }],
    ])
  })

  test('say of an entry only what was changed of it, and nothing where nothing was', async () => {
    const said: unknown[] = []
    const screen = await open({
      read: async () => ({
        entry: tagged,
        detail: { text: 'Old text', notes: [], statuses: [], sessionTitle: null },
        isDeleted: false,
      }),
      list: async () => [tagged],
      say: async (id, sayings) => {
        said.push([id, ...sayings])
        return { redacted: 0 }
      },
    })

    await screen.type('e', '\x13')
    const unchanged = screen.text()
    // All at once: what comes behind the key is meant for the fields.
    await screen.type('e again\t new', '\x13')
    await screen.type('t', '\x15', 'money', '\x13')
    await screen.type('e', '\t\t', '!', '\x1b[Z\x1b[Z\x1b[Z', '\x1b[C', '\x13')

    expect(unchanged).toContain('nothing was changed')
    expect(said).toEqual([
      ['e1', { kind: 'title', value: 'Refunds again' }, { kind: 'tag', value: 'new' }],
      ['e1', { kind: 'untag', value: 'old' }],
      ['e1', { kind: 'status', value: 'in_progress' }, { kind: 'body', value: 'Old text!' }],
    ])
  })

  test('delete what they were asked to, and bring it back', async () => {
    const said: unknown[] = []
    const screen = await open({
      say: async (id, sayings) => {
        said.push([id, ...sayings])
        return { redacted: 0 }
      },
    })

    // The key that moves and the one that deletes come at once: it is the second entry.
    await screen.type('jx')
    const asked = screen.text()
    await screen.type('n', 'x', 'y')
    const deleted = screen.text()
    await screen.type('u', 'u')

    expect(asked).toContain('Delete it for everybody? Amounts are whole cents')
    expect(deleted).toContain('deleted; u brings it back')
    expect(said).toEqual([
      ['e2', { kind: 'deleted', value: 'true' }],
      ['e2', { kind: 'deleted', value: 'false' }],
    ])
    expect(screen.text()).toContain('nothing was deleted here')
  })

  test('show deleted ones where that is asked for; nothing but coming back can be said of them', async () => {
    const said: unknown[] = []
    const screen = await open({
      list: async ({ isDeleted }) => (isDeleted ? [entries[0] ?? tagged] : []),
      read: async () => ({
        entry: tagged,
        detail: { text: 'Old text', notes: [], statuses: [], sessionTitle: null },
        isDeleted: true,
      }),
      say: async (id, sayings) => {
        said.push([id, ...sayings])
        return { redacted: 0 }
      },
    })

    await screen.type('f', 'f', 'f', 'f', 'f', 'f', 'f')
    const list = screen.text()
    await screen.type('\r')
    const read = screen.text()
    await screen.type('e')
    const refused = screen.text()
    await screen.type('u')

    expect(list).toContain('deleted · 1 of 1')
    expect(read).toContain('Deleted; u brings it back.')
    expect(refused).toContain('it was deleted; u brings it back')
    expect(said).toEqual([['e1', { kind: 'deleted', value: 'false' }]])
  })

  test('take over what the person wrote in their own editor, or say why they could not', async () => {
    const logged: Fields[] = []
    let isThere = false
    const screen = await open({
      log: async fields => {
        logged.push(fields)
        return { redacted: 0 }
      },
      writeElsewhere: text => {
        if (!isThere) throw new UserError('the editor failed: ed', 'set EDITOR')
        return `${text} and\nmore`
      },
    })

    await screen.type('l', 'Title', '\t\t', 'one', '\x0f')
    const failed = screen.text()
    isThere = true
    await screen.type('\x0f', '!', '\x13')

    expect(failed).toContain('the editor failed: ed (set EDITOR)')
    expect(failed).toContain('one')
    expect(logged).toMatchObject([{ title: 'Title', body: 'one and\nmore!' }])
  })

  test('the inbox is marked as seen when it is left, not when it is only announced', async () => {
    const seen: number[] = []
    const news = {
      id: 'e1',
      title: 'Refunds',
      category: 'issue',
      status: 'open',
      project: 'shop',
      isNew: false,
      isDeleted: false,
      news: [aChange(1, 'note', 'fixed in #41')],
    }
    const given: Partial<NotesData> = {
      inbox: async () => ({ entries: [news], upTo: 7 }),
      markSeen: async inbox => {
        seen.push(inbox.upTo)
      },
    }
    const passing = await open(given)
    await passing.type('q')
    const afterPassing = [...seen]
    const looking = await open(given)
    await looking.type('\t')
    const inbox = looking.text()
    await looking.type('q')

    expect(afterPassing).toEqual([])
    expect(inbox).toContain('1 new in the inbox')
    expect(inbox).toContain('Bea noted: fixed in #41')
    expect(seen).toEqual([7])
    expect(looking.backs()).toBe(1)
  })

  test.each([
    { columns: 80, rows: 24 },
    { columns: 100, rows: 60 },
    { columns: 20, rows: 5 },
    { columns: 5, rows: 2 },
  ])('fit %o after a resize: the list, an entry and what is written', async size => {
    const screen = await open()
    await screen.resize(size)

    for (const keys of [[], ['\r'], ['\x1b', 'l', '日本語の題名'.repeat(9)], ['\r', 'text '.repeat(40)]]) {
      await screen.type(...keys)
      const frame = screen.lines()
      expect(frame.length).toBeLessThanOrEqual(size.rows)
      for (const line of frame) expect(textWidth(line)).toBeLessThanOrEqual(size.columns)
    }
  })
})
