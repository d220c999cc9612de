import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import * as reader from '../../../src/transcripts/claude-code/readable.ts'
import { findHit } from '../../../src/transcripts/search/find-hit.ts'
import { linePattern } from '../../../src/transcripts/search/raw-pattern.ts'
import { readTerms } from '../../../src/transcripts/search/terms.ts'
import { hostileTranscript } from '../../support/hostile-transcripts.ts'
import { uuidOf } from '../../support/lines.ts'
import { search, theFile, ways } from '../../support/search.ts'
import { expectShown, hiddenIn, termsFor } from '../../support/search-expectations.ts'
import { createOracle } from '../../support/search-oracle.ts'

// Holds the search against one that parses everything.

const folder = mkdtempSync(path.join(tmpdir(), 'csl-oracle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('in any file, that is found which is read, and nothing else', () => {
  const file = path.join(folder, `${uuidOf(5)}.jsonl`)
  // Little is read at once, so that everything stands between two readings some time.
  const buffer = Buffer.alloc(1 << 10)
  let hits = 0
  const cases = hostileTranscript.chain(bytes => {
    writeFileSync(file, bytes, 'latin1')
    return fc.tuple(fc.constant(bytes), termsFor(createOracle([file]), hiddenIn(file)))
  })
  fc.assert(
    fc.property(cases, ([bytes, terms]) => {
      writeFileSync(file, bytes, 'latin1')
      const isThere = createOracle([file]).search(terms).size > 0

      const hit = findHit({ tool: 'claude-code', path: file }, readTerms(terms), {
        pattern: linePattern(terms),
        reader,
        buffer,
      })

      expect(hit !== undefined).toBe(isThere)
      if (!hit) return
      hits++
      expectShown(hit, terms)
    }),
    { numRuns: 600 },
  )
  expect(hits).toBeGreaterThan(80)
})

/** Where the files of a few sessions lie, as the client lays them out; and of one whose name tells no session. */
const names = [
  `${uuidOf(11)}.jsonl`,
  `${uuidOf(12)}.jsonl`,
  `${uuidOf(12)}/subagents/agent-a1.jsonl`,
  `${uuidOf(13)}/subagents/workflows/wf_1/agent-a2.jsonl`,
  'agent-a3.jsonl',
]

describe.each(ways)('searching $way', ({ ripgrep }) => {
  test('all sessions are found that have it, and no others', async () => {
    const place = mkdtempSync(path.join(folder, 'many-'))
    mkdirSync(path.join(place, `${uuidOf(12)}/subagents`), { recursive: true })
    mkdirSync(path.join(place, `${uuidOf(13)}/subagents/workflows/wf_1`), { recursive: true })
    const paths = names.map(name => path.join(place, name))
    const write = (all: readonly string[]) => {
      for (const [i, file] of paths.entries()) writeFileSync(file, all[i] ?? '', 'latin1')
    }
    const cases = fc
      .array(hostileTranscript, { minLength: names.length, maxLength: names.length })
      .chain(all => {
        write(all)
        return fc.tuple(fc.constant(all), termsFor(createOracle(paths), paths.flatMap(hiddenIn)))
      })
    let hits = 0
    await fc.assert(
      fc.asyncProperty(cases, async ([all, terms]) => {
        write(all)
        const right = createOracle(paths).search(terms)

        const { found, ...report } = await search(paths.map(theFile), terms, { ripgrep, threads: 1 })

        expect(new Set(found.map(hit => hit.sessionId))).toEqual(right)
        const searched = terms.some(term => term.trim() !== '') ? names.length : 0
        expect(report).toEqual({ searched, hits: right.size, failed: [] })
        for (const hit of found) expectShown(hit, terms)
        hits += found.length
      }),
      { numRuns: 30 },
    )
    expect(hits).toBeGreaterThan(4)
  })
})
