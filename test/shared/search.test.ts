import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openConversation } from '../../src/transcripts/claude-code/conversation.ts'
import { readableTexts } from '../../src/transcripts/claude-code/readable.ts'
import { turnsOf } from '../../src/transcripts/conversation.ts'
import { objectsOf } from '../../src/transcripts/search/scan.ts'
import { search, theFile, ways } from '../support/search.ts'
import { expectShown, hiddenIn, termsFor } from '../support/search-expectations.ts'
import { createOracle } from '../support/search-oracle.ts'
import { hasShared, sharedFolder } from '../support/shared.ts'
import { shownTexts } from '../support/shown-texts.ts'

describe.each(ways)('searching $way finds what a search finds that parses everything', ({ ripgrep }) => {
  test('in transcripts of the client', async () => {
    if (!hasShared('fixtures/transcripts')) return
    await expectAsOracle(path.join(sharedFolder, 'fixtures/transcripts'), ripgrep)
  })

  test('in a corpus', async () => {
    if (!hasShared('tools/make-corpus.mjs')) return
    const out = mkdtempSync(path.join(tmpdir(), 'csl-corpus-'))
    onTestFinished(() => rmSync(out, { recursive: true, force: true }))
    const maker = path.join(sharedFolder, 'tools/make-corpus.mjs')
    const made = spawnSync(process.execPath, [maker, '--out', out, '--preset', 'small', '--quiet'])
    expect(String(made.stderr)).toBe('')
    await expectAsOracle(out, ripgrep)
  })
})

test('what is read in transcripts of the client is what the viewer shows', () => {
  if (!hasShared('fixtures/transcripts')) return
  let compared = 0
  for (const file of transcriptsIn(path.join(sharedFolder, 'fixtures/transcripts'))) {
    const conversation = openConversation(file)
    const shown = [...turnsOf(conversation)].flatMap(turn => turn.blocks.flatMap(shownTexts))
    conversation.close()
    const all = shown.map(({ whole }) => whole).join('\n')
    for (const line of objectsOf(file)) {
      for (const { text } of readableTexts(line)) {
        expect(all).toContain(text)
        compared++
      }
    }
  }
  expect(compared).toBeGreaterThan(1000)
})

function transcriptsIn(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.jsonl'))
    .map(name => path.join(place, name))
}

/** Compares over all transcripts of a folder: parts of what is read, and of what is not. */
async function expectAsOracle(place: string, ripgrep: string | null): Promise<void> {
  const paths = transcriptsIn(place)
  const files = paths.map(theFile)
  const oracle = createOracle(paths)
  const seed = 4
  const read = fc.sample(termsFor(oracle, []), { numRuns: 25, seed })
  const hidden = fc
    .sample(fc.constantFrom(...paths.flatMap(hiddenIn)), { numRuns: 15, seed })
    .map(term => [term])
  let hits = 0
  let nothings = 0
  for (const terms of [...read, ...hidden]) {
    const right = oracle.search(terms)
    const { found, failed } = await search(files, terms, { ripgrep })

    expect({ terms, found: new Set(found.map(hit => hit.sessionId)), failed }).toEqual({
      terms,
      found: right,
      failed: [],
    })
    for (const hit of found) expectShown(hit, terms)
    hits += found.length
    if (right.size === 0) nothings++
  }
  expect(hits).toBeGreaterThan(40)
  expect(nothings).toBeGreaterThan(10)
}
