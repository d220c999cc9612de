import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { databaseOf, select } from '../support/database.ts'
import { makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const quiet = { code: 0, stdout: '', stderr: '' }

test('what no hook announced is recorded, and what hooks left, without a word', async () => {
  const home = makeHome()
  const [killed, ended] = [uuidOf(1), uuidOf(2)]
  for (const id of [killed, ended])
    await home.writeTranscript('-home-dev-orchard', `${id}.jsonl`, [assistantLine(id)])
  const spool = path.join(home.dataFolder, 'spool')
  mkdirSync(spool, { recursive: true })
  writeFileSync(path.join(spool, 'job.json'), JSON.stringify({ session_id: ended }))

  const run = await home.csl(['catch-up'])

  expect(run).toEqual(quiet)
  const rows = await select<{ id: string }>(home, 'SELECT session_id AS id FROM sessions ORDER BY id')
  expect(rows.map(({ id }) => id)).toEqual([killed, ended].sort())
  expect(readdirSync(spool)).toEqual([])
})

test('what is in the way stands in sync.log', async () => {
  const home = makeHome()
  await home.writeTranscript('-home-dev-orchard', `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
  mkdirSync(home.dataFolder)
  writeFileSync(databaseOf(home), 'no database')

  const run = await home.csl(['catch-up'])

  expect(run).toEqual(quiet)
  expect(readFileSync(path.join(home.dataFolder, 'sync.log'), 'utf8')).toMatch(
    /^\S+ catch-up: .*not a DuckDB file/,
  )
})
