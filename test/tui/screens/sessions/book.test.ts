import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { StoreBusyError } from '../../../../src/store/open.ts'
import { createSessionBook } from '../../../../src/tui/screens/sessions/book.ts'
import { aSession } from '../../../support/tui-sessions.ts'

/** A book whose readings end when told. */
function aBook() {
  const readings: {
    newest: (ids: number[]) => void
    end: (ids: number[]) => void
    fail: (why: Error) => void
  }[] = []
  const transcripts = async () => new Map<string, string>()
  const book = createSessionBook({
    transcripts,
    browse: onNewest =>
      new Promise((resolve, reject) =>
        readings.push({
          newest: ids => onNewest(ids.map(id => aSession(id))),
          end: ids => resolve(ids.map(id => aSession(id))),
          fail: reject,
        }),
      ),
  })
  const shown = () => book.state().rows.map(row => Number(row.id.slice(-3)))
  const settle = async () => {
    for (let i = 0; i < 5; i++) await nextTurn()
  }
  return { book, readings, shown, settle }
}

test('a book is read once, though others come to listen meanwhile', async () => {
  const { book, readings, shown, settle } = aBook()

  const stop = book.subscribe(() => undefined)
  readings[0]?.newest([3, 2])
  stop()
  const first = shown()
  book.subscribe(() => undefined)
  readings[0]?.end([3, 2, 1])
  await settle()

  expect(first).toEqual([3, 2])
  expect(shown()).toEqual([3, 2, 1])
  expect(book.state().isWhole).toBe(true)
  expect(readings).toHaveLength(1)
})

test('changes are read at once for who listens, else when somebody does', async () => {
  const { book, readings, shown, settle } = aBook()
  const stop = book.subscribe(() => undefined)
  // While it is being read: once more afterwards, however often it changes.
  book.reload()
  book.reload()
  readings[0]?.end([1])
  await settle()
  readings[1]?.newest([2])
  const meanwhile = shown()
  readings[1]?.end([2, 1])
  await settle()
  stop()
  book.reload()
  await settle()
  const unheard = readings.length
  book.subscribe(() => undefined)

  expect(meanwhile).toEqual([1])
  expect(shown()).toEqual([2, 1])
  expect(unheard).toBe(2)
  expect(readings).toHaveLength(3)
})

test('what could not be read is read again: soon where the database was busy, else when somebody comes anew', async () => {
  const { book, readings, settle } = aBook()
  const stop = book.subscribe(() => undefined)
  readings[0]?.fail(new StoreBusyError('sessions.duckdb'))
  await vi.waitFor(() => expect(readings).toHaveLength(2), { timeout: 10_000 })
  readings[1]?.fail(new Error('torn'))
  await settle()
  const { trouble } = book.state()
  stop()
  book.subscribe(() => undefined)

  expect(trouble).toContain('torn')
  expect(readings).toHaveLength(3)
})
