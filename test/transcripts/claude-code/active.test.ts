import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findActiveSession } from '../../../src/transcripts/claude-code/active.ts'
import { makeHome } from '../../support/home.ts'
import { uuidOf } from '../../support/lines.ts'

function written(root: string, folder: string, name: string, ageSeconds: number): void {
  const file = path.join(root, 'projects', folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '{}\n')
  const at = Date.now() / 1000 - ageSeconds
  utimesSync(file, at, at)
}

test('of a directory is looked for under the name that the client gives its folder', async () => {
  const { claudeRoot } = makeHome()
  written(claudeRoot, '-home-dev--o-chard-api', `${uuidOf(1)}.jsonl`, 10)

  expect((await findActiveSession([claudeRoot], '/home/dev/ o_chard.api'))?.sessionId).toBe(uuidOf(1))
})

test('of a directory with a long name too', async () => {
  const { claudeRoot } = makeHome()
  const cwd = `/home/dev/${'orchard/'.repeat(40)}`
  let hash = 0n
  for (const letter of cwd) hash = BigInt.asIntN(32, hash * 31n + BigInt(letter.charCodeAt(0)))
  const folder = `${cwd.replaceAll('/', '-').slice(0, 200)}-${(hash < 0n ? -hash : hash).toString(36)}`
  written(claudeRoot, folder, `${uuidOf(1)}.jsonl`, 10)

  expect((await findActiveSession([claudeRoot], cwd))?.sessionId).toBe(uuidOf(1))
})

test('is neither that of a subagent nor of another kind of file', async () => {
  const { claudeRoot } = makeHome()
  written(claudeRoot, '-work', 'agent-1.jsonl', 1)
  written(claudeRoot, '-work', `${uuidOf(3)}.txt`, 2)
  mkdirSync(path.join(claudeRoot, 'projects/-work', `${uuidOf(4)}.jsonl`))
  written(claudeRoot, '-work', `${uuidOf(1)}.jsonl`, 60)

  expect((await findActiveSession([claudeRoot], '/work'))?.sessionId).toBe(uuidOf(1))
})
