import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { pick } from '../../../src/base/json-wish.ts'
import type { JsonObject } from '../../../src/base/jsonl.ts'
import { createFactsCollector } from '../../../src/transcripts/claude-code/facts.ts'
import { lineWish } from '../../../src/transcripts/claude-code/line-wish.ts'
import { isObject } from '../../../src/transcripts/claude-code/lines.ts'
import { createUsageCollector } from '../../../src/transcripts/claude-code/usage.ts'
import { hasShared, sharedFolder } from '../../support/shared.ts'

/** All that is made of lines, whatever kind they are. */
function made(lines: readonly JsonObject[]): unknown {
  const facts = createFactsCollector()
  const usage = createUsageCollector()
  lines.forEach((line, i) => {
    facts.add(line, i)
    const inner = isObject(line.data) && isObject(line.data.message) ? line.data.message : {}
    if (isObject(line.message)) usage.add(line, line.message, false, () => `hash${i}`)
    if (isObject(inner.message)) usage.add(inner, inner.message, true, () => `hash${i}`)
  })
  return [facts.facts({ lines: lines.length, malformed: 0 }, 0), usage.records('s', 0)]
}

function linesOf(file: string): JsonObject[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(text => {
      try {
        const value: unknown = JSON.parse(text)
        return isObject(value) ? [value] : []
      } catch {
        return []
      }
    })
}

describe.skipIf(!hasShared)('what is looked at of a line', () => {
  const folder = path.join(sharedFolder, 'fixtures/transcripts')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.jsonl'),
  )

  test('is all that is needed of the fixtures', () => {
    for (const file of files) {
      const lines = linesOf(path.join(folder, file))

      expect(made(lines.map(line => pick(line, lineWish) as JsonObject)), file).toEqual(made(lines))
    }
  })
})
