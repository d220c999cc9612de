// What syncing with a file remote costs. `bench`: what run.mjs gives every part.
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { writeSession } from './corpus.mjs'
import { median } from './measure.mjs'

const oneHundredMessages = 1.4e6

function addHub({ csl, folder }, env, name) {
  const hubs = path.join(folder, 'hubs')
  mkdirSync(hubs, { recursive: true })
  rmSync(path.join(hubs, `${name}.duckdb`), { force: true })
  csl(env, ['remote', 'add', 'hub', path.join(hubs, `${name}.duckdb`), '--share', 'all', '--yes'])
}

/** A first push, then syncs with nothing to do. */
export async function syncFirst(bench) {
  const { ledgerOf, csl, say, runs } = bench
  const { env } = await ledgerOf('sync-first', { sessions: 1000, rows: 100_000 })
  addHub(bench, env, 'first')
  const first = csl(env, ['sync', '--json'])
  const [report] = JSON.parse(first.stdout).rows
  const note = `${report.pushedRows} rows, ${(report.pushedBytes / 1e6).toFixed(1)} MB`
  say('first push of 100,000 ledger rows', first.ms / 1000, 's', 3, note)
  const idle = []
  const start = []
  for (let i = 0; i < runs; i++) {
    start.push(csl(env, ['--version']).ms)
    idle.push(csl(env, ['sync']).ms)
  }
  say('sync with nothing to do', median(idle) - median(start), 'ms over start-up', 75)
}

/** 100 new rows, with little and with much in store on both sides. */
export async function syncNewRows(bench) {
  const { ledgerOf, csl, say, folder, runs } = bench
  const sizes = { few: { sessions: 20, rows: 1000 }, many: { sessions: 100_000, rows: 1_000_000 } }
  const times = {}
  const sent = {}
  for (const [name, size] of Object.entries(sizes)) {
    const { env } = await ledgerOf(`sync-${name}`, size)
    addHub(bench, env, name)
    csl(env, ['sync'])
    times[name] = []
    for (let i = 0; i < runs; i++) {
      const file = writeSession(path.join(folder, `new-${name}`), 9000 + i, oneHundredMessages)
      csl(env, ['record', '--transcript', file, '--no-sync'])
      const { ms, stdout } = csl(env, ['sync', '--json'])
      times[name].push(ms)
      sent[name] = JSON.parse(stdout).rows[0]
    }
  }
  const [few, many] = [median(times.few), median(times.many)]
  const note = Object.entries(sent).map(
    ([name, report]) => `${name}: ${report.pushedRows} rows, ${(report.pushedBytes / 1000).toFixed(0)} kB`,
  )
  say('100 new rows beside 1,000', few, 'ms', undefined, note[0])
  say('100 new rows beside 1,000,000', many, 'ms', undefined, note[1])
  say('the one to the other', many / few, '×', 1.5)
}
