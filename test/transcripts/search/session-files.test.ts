import { appendFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createSessionFiles, type FoundFile } from '../../../src/transcripts/search/session-files.ts'
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

/** What is told of, part by part. */
async function allOf(parts: AsyncIterable<FoundFile[]>): Promise<FoundFile[]> {
  const all: FoundFile[] = []
  for await (const part of parts) all.push(...part)
  return all
}

/** Sessions in the order in which they are to be told of. */
function asked(...ids: string[]): ReadonlyMap<string, null> {
  return new Map(ids.map(id => [id, null]))
}

test('finds the transcripts of sessions, those of their subagents in either place among them', async () => {
  const { claudeRoot } = await aHome()
  const files = createSessionFiles([claudeRoot], 0)

  const ofGate = await allOf(files.of(asked(gate)))
  const ofBoth = await allOf(files.of(asked(gate, barn)))

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
  const before = await allOf(kept.of(asked(barn)))
  const [file] = before
  if (file) rmSync(file.path)
  appendFileSync(path.join(claudeRoot, 'projects/-gate/agent-3.jsonl'), 'no line of JSON\n')

  expect(await allOf(kept.of(asked(barn)))).toEqual(before)
  expect(await allOf(anew.of(asked(barn)))).toEqual([])
})

test('tells of a session that was recorded after they were listed', async () => {
  const home = await aHome()
  const files = createSessionFiles([home.claudeRoot], 60_000)
  await allOf(files.of(asked(barn)))
  const yard = uuidOf(3)
  const file = await home.writeTranscript('-yard', `${yard}.jsonl`, [userLine(yard, 'hello')])

  const found = await allOf(files.of(asked(yard), [{ tool: 'claude-code', paths: new Map([[yard, file]]) }]))

  expect(found.map(({ path }) => path)).toEqual([file])
})

test('tells at once of main transcripts that are known, in the order of the sessions, and of each file once', async () => {
  const { claudeRoot } = await aHome()
  const pathOf = (id: string, project: string) => path.join(claudeRoot, `projects/${project}/${id}.jsonl`)
  const paths = new Map([
    [gate, pathOf(gate, '-gate')],
    [barn, pathOf(barn, '-barn')],
    [uuidOf(3), pathOf(uuidOf(3), '-gone')],
  ])
  const files = createSessionFiles([claudeRoot], 60_000)

  const parts = files.of(asked(barn, uuidOf(3), gate), [{ tool: 'claude-code', paths }])
  const first = await parts.next()
  const others = await allOf(parts)
  const again = await allOf(files.of(asked(barn, gate), [{ tool: 'claude-code', paths }]))

  expect(first.value.map((file: FoundFile) => file.path)).toEqual([paths.get(barn), paths.get(gate)])
  expect(first.value.every((file: FoundFile) => file.size > 0)).toBe(true)
  expect(others.map(file => path.basename(file.path)).sort()).toEqual(['agent-1.jsonl', 'agent-2.jsonl'])
  expect(again).toHaveLength(4)
})
