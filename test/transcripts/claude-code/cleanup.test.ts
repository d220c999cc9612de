import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readCleanupDays } from '../../../src/transcripts/claude-code/cleanup.ts'

test.each<[string | null, number]>([
  [null, 30],
  ['', 30],
  ['{}', 30],
  ['{"cleanupPeriodDays": 365}', 365],
  ['\uFEFF{"cleanupPeriodDays": 7}', 7],
  ['{"cleanupPeriodDays": 0}', 0],
  ['{"cleanupPeriodDays": "7"}', 30],
  ['{"cleanupPeriodDays": -1}', 30],
  ['{"cleanupPeriodDays": 7, // a comment\n}', 30],
  ['[]', 30],
  ['null', 30],
])('settings %j: transcripts stay for %d days', (text, days) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-cleanup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  if (text !== null) writeFileSync(path.join(folder, 'settings.json'), text)

  expect(readCleanupDays(folder)).toBe(days)
})
