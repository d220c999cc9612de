// Syncs two invented homes through a scratch database at MotherDuck, and drops it. Opt-in: needs a token in the environment
// (motherduck_token or MOTHERDUCK_TOKEN) and the network; says "not run" elsewhere. What CI can't show is shown here.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const main = path.join(root, 'dist/main.mjs')
const token = process.env.motherduck_token ?? process.env.MOTHERDUCK_TOKEN
if (!token) {
  console.log('not run: no MotherDuck token in the environment')
  process.exit(0)
}
const kinds = ['md', 'pg']
const folder = mkdtempSync(path.join(tmpdir(), 'csl-motherduck-'))
const database = `csl_scratch_${Date.now()}`

/** Runs the program in one of the homes; a failure ends the test. */
function csl(home, ...args) {
  const place = path.join(folder, home)
  mkdirSync(place, { recursive: true })
  const env = { PATH: process.env.PATH, HOME: place, motherduck_token: token, CLAUDE_LOGGER_USER: home }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' })
  assert.equal(status, 0, `${home}: csl ${args.join(' ')}\n${stdout}${stderr}`)
  assert.ok(!`${stdout}${stderr}`.includes(token), 'the token was printed')
  return stdout
}

/** Two people exchange an entry and its resolution; in the end nothing is left to do. */
function exchange(kind) {
  const title = `Staging double-counts refunds, over ${kind}`
  for (const home of ['ana', 'bea']) {
    csl(home, 'remote', 'add', kind, `${kind}:${database}`, '--share', 'notes', '--yes')
  }
  csl('ana', 'log', '--category', 'issue', '--title', title)
  csl('ana', 'sync', kind)
  csl('bea', 'sync', kind)
  csl('bea', 'resolve', '--title-match', `over ${kind}`, '--status', 'resolved', '--note', 'fixed')
  csl('bea', 'sync', kind)
  csl('ana', 'sync', kind)
  const shown = JSON.parse(csl('ana', 'show', '--title-match', `over ${kind}`, '--json'))
  assert.equal(shown.status, 'resolved')
  for (const home of ['ana', 'bea']) {
    const [row] = JSON.parse(csl(home, 'sync', kind, '--json')).rows
    assert.equal(row.pushedRows + row.pulledRows + row.publishedRows, 0)
  }
  console.log(`passed: two people over ${kind}:`)
}

async function drop() {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create('md:', { motherduck_token: token })
  const connection = await instance.connect()
  await connection.run(`DROP DATABASE IF EXISTS ${database}`)
  connection.closeSync()
  instance.closeSync()
  console.log(`dropped ${database}`)
}

try {
  for (const kind of kinds) exchange(kind)
} finally {
  rmSync(folder, { recursive: true, force: true })
  await drop()
}
