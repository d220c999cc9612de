import { expect, test } from 'vitest'
import { storedFacts } from '../../../src/features/sessions/facts.ts'
import type { TranscriptFacts } from '../../../src/transcripts/transcript.ts'

/** Only what decides about the title. */
function aTitle(title: string, titleSource: 'prompt' | 'custom' = 'prompt'): TranscriptFacts {
  return { title, titleSource } as TranscriptFacts
}

const token = `gh${'p'}_${'aB3'.repeat(12)}`

test.each(['prompt', 'custom'] as const)('a title from a %s is stored without the secrets in it', source => {
  const facts = aTitle(`Push with ${token} to main`, source)

  expect(storedFacts(facts).title).toBe('Push with [redacted:github-token] to main')
})

test('a secret that the longest title would cut is redacted before the cut', () => {
  const facts = aTitle(`${'x'.repeat(280)} ${token}`)

  const { title } = storedFacts(facts)

  expect(title).toBe(`${'x'.repeat(280)} [redacted:github-to`)
})
