import { appendFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createSessionFiles } from '../../../src/transcripts/search/session-files.ts'
import { makeHome } from '../../support/home.ts'
import { userLine, uuidOf } from '../../support/lines.ts'

const [gate, barn] = [uuidOf(1), uuidOf(2)]

async function aHome() {
  const home = makeHome()
  await home.writeTranscript('-gate', `${gate}.jsonl`, [userLine(gate, 'hello')])
  await home.writeTranscript(`-gate/${gate}/subagents`, 'agent-1.jsonl', [userLine(gate, 'deep')])
  await home.writeTranscript('-gate', 'agent-2.jsonl', [userLine(gate, 'beside, as old clients did')])
  await home.writeTranscript('-barn', `${barn}.jsonl`, [userLine(barn, 'hello')])
  return home
}

test('finds the transcripts of sessions, those of their subagents in either place among them', async () => {
  const { claudeRoot } = await aHome()
  const files = createSessionFiles([claudeRoot], 0)

  const ofGate = await files.of(new Set([gate]))
  const ofBoth = await files.of(new Set([gate, barn]))

  expect(ofGate.map(file => path.basename(file.path)).sort()).toEqual([
    `${gate}.jsonl`,
    'agent-1.jsonl',
    'agent-2.jsonl',
  ])
  expect(ofBoth).toHaveLength(4)
})

test('looks again only after a while, and passes over what is gone', async () => {
  const { claudeRoot } = await aHome()
  const [kept, anew] = [createSessionFiles([claudeRoot], 60_000), createSessionFiles([claudeRoot], 60_000)]
  const before = await kept.of(new Set([barn]))
  const [file] = before
  if (file) rmSync(file.path)
  appendFileSync(path.join(claudeRoot, 'projects/-gate/agent-3.jsonl'), 'no line of JSON\n')

  expect(await kept.of(new Set([barn]))).toEqual(before)
  expect(await anew.of(new Set([barn]))).toEqual([])
})
