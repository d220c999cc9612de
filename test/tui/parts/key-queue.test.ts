import { expect, test } from 'vitest'
import { createKeyQueue, type Stroke } from '../../../src/tui/parts/key-queue.ts'

function key(name: string): Stroke {
  return { kind: 'key', name }
}

/** Takes everything and notes it. */
function listener(taken: string[]) {
  return (stroke: Stroke) => {
    taken.push(stroke.kind === 'key' ? stroke.name : stroke.text)
    return true
  }
}

test('what is typed while nobody listens waits, in its order', () => {
  const keys = createKeyQueue()
  const taken: string[] = []

  keys.push(key('a'))
  keys.push({ kind: 'paste', text: 'pears' })
  const stop = keys.listen(listener(taken))
  keys.push(key('b'))
  stop()
  keys.push(key('c'))
  const whileNobodyListened = [...taken]
  keys.listen(listener(taken))

  expect(whileNobodyListened).toEqual(['a', 'pears', 'b'])
  expect(taken).toEqual(['a', 'pears', 'b', 'c'])
})

test('what is not taken waits for whoever listens next, and holds up what comes behind it', () => {
  const keys = createKeyQueue()
  const taken: string[] = []

  keys.listen(stroke => stroke.kind === 'key' && stroke.name === 'q')
  for (const name of ['q', 'g', 'q']) keys.push(key(name))
  keys.listen(listener(taken))

  expect(taken).toEqual(['g', 'q'])
})

test('a listener that ends itself gets no more of what came at once', () => {
  const keys = createKeyQueue()
  const first: string[] = []
  const second: string[] = []

  for (const name of ['a', 'next', 'b']) keys.push(key(name))
  keys.listen(stroke => {
    listener(first)(stroke)
    if (first.at(-1) === 'next') keys.hold()
    return true
  })
  keys.listen(listener(second))

  expect([first, second]).toEqual([['a', 'next'], ['b']])
})

test('who stops after another has begun to listen stops nobody else', () => {
  const keys = createKeyQueue()
  const taken: string[] = []

  const stop = keys.listen(() => true)
  keys.listen(listener(taken))
  stop()
  keys.push(key('a'))

  expect(taken).toEqual(['a'])
})
