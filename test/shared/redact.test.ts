import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { mayHoldSecret, redact } from '../../src/base/redact.ts'
import { hasShared, sharedFolder } from '../support/shared.ts'

const fixtures = path.join('fixtures', 'transcripts')

/** What our rows would hold of a line: ids, names, paths, titles and first prompts. */
const kept = new Set(
  `uuid parentUuid leafUuid sessionId requestId agentId id tool_use_id cwd gitBranch version model slug name timestamp
   title customTitle aiTitle summary firstPrompt lastPrompt prUrl entrypoint`.split(/\s+/),
)

/** The texts under kept names, at any depth. */
function keptTexts(value: unknown, name: string, into: Set<string>): void {
  if (typeof value === 'string') {
    if (kept.has(name)) into.add(value)
  } else if (Array.isArray(value)) {
    for (const item of value) keptTexts(item, name, into)
  } else if (value && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) keptTexts(item, key, into)
  }
}

/** Torn lines are not the matter here. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

test('no title, id, branch or path of the fixtures is changed', () => {
  if (!hasShared(fixtures)) return
  const folder = path.join(sharedFolder, fixtures)
  const texts = new Set<string>()
  const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'))
  for (const { title, firstPrompt, gitBranches, cwds } of Object.values<Record<string, unknown>>(
    expected.files,
  )) {
    keptTexts([firstPrompt, gitBranches, cwds, (title as { text?: string } | null)?.text], 'title', texts)
  }
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.jsonl')) continue
    for (const line of readFileSync(path.join(folder, file), 'utf8').split('\n'))
      keptTexts(parsed(line), '', texts)
  }

  const changed = [...texts].filter(text => redact(text).count > 0)

  console.log(`${texts.size} titles, ids, branches and paths, ${changed.length} changed`)
  expect(texts.size).toBeGreaterThan(5_000)
  expect(changed).toEqual([])
  expect(texts.size / 20).toBeGreaterThan([...texts].filter(mayHoldSecret).length)
})
