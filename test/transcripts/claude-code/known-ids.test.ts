import { expect, test } from 'vitest'
import { createKnownIds } from '../../../src/transcripts/claude-code/known-ids.ts'
import { uuidOf } from '../../support/lines.ts'

test('ids are new once, however alike and however many they are', () => {
  const ids = createKnownIds()
  const all = Array.from({ length: 100_000 }, (_, n) => uuidOf(n))

  const first = all.filter(id => ids.add(id))
  const second = all.filter(id => ids.add(id))

  expect(first).toHaveLength(all.length)
  expect(second).toEqual([])
  expect([ids.add(''), ids.add('')]).toEqual([true, false])
})
