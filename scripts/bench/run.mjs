// npm run bench: speed and memory as ratios measured in this one run. Prints a line each and writes bench-results.json.
// `npm run bench -- --quick` uses smaller corpora and fewer runs; a word picks the parts whose name contains it.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fillChanges, fillLedger } from './big-ledger.mjs'
import { makeCorpus, transcriptsIn, truthOf, writeSession } from './corpus.mjs'
import { launch, medians, paired, peakMemoryMb, time } from './measure.mjs'
import { search } from './search.mjs'
import { syncFirst, syncNewRows } from './sync.mjs'
import { tui } from './tui.mjs'
import { view } from './view.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const main = path.join(root, 'dist/main.mjs')
const isQuick = process.argv.includes('--quick')
const wanted = process.argv.slice(2).filter(word => !word.startsWith('--'))
const runs = isQuick ? 5 : 15
const folder = mkdtempSync(path.join(tmpdir(), 'csl-bench-'))
const results = []

const bench = { bareNode, csl, folder, homeEnv, isQuick, ledgerOf, main, runs, say }
const parts = {
  hook,
  'hook-million': hookMillion,
  spool,
  burst,
  recent,
  inbox,
  backfill,
  unchanged,
  reports,
  'sync-first': () => syncFirst(bench),
  'sync-new-rows': () => syncNewRows(bench),
  view: () => view(bench),
  search: () => search(bench),
  tui: () => tui(bench),
}
try {
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.some(word => name.includes(word))) await part()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
writeFileSync(path.join(root, 'bench-results.json'), `${JSON.stringify(results, null, 1)}\n`)
const missed = results.filter(result => result.isMet === false)
console.log(`\n${results.length} figures, ${missed.length} above their goal; written to bench-results.json`)

function say(name, value, unit, goal, note = '') {
  const isMet = goal === undefined ? undefined : value <= goal
  results.push({ name, value, unit, goal, isMet, note })
  const target = goal === undefined ? '' : ` (goal ${goal} ${unit}${isMet ? '' : ': MISSED'})`
  console.log(`${name}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}${target}${note ? `  ${note}` : ''}`)
}

function homeEnv(name, claude = path.join(folder, name, 'claude')) {
  return {
    ...process.env,
    CLAUDE_CONFIG_DIR: claude,
    CLAUDE_LOGGER_HOME: path.join(folder, name, 'data'),
    HOME: folder,
  }
}

function csl(env, args, options = {}) {
  return time(process.execPath, [main, ...args], { env, ...options })
}

function bareNode() {
  return time(process.execPath, ['-e', '0']).ms
}

/** Records fresh 5 MB transcripts into copies of one database, in turn with a bare node. */
function recordPaired(env, template, files) {
  return paired(
    runs,
    i => {
      rmSync(env.CLAUDE_LOGGER_HOME, { recursive: true, force: true })
      cpSync(template, env.CLAUDE_LOGGER_HOME, { recursive: true })
      const input = JSON.stringify({
        transcript_path: files[i],
        session_id: 'bench',
        hook_event_name: 'SessionEnd',
      })
      const { ms } = csl(env, ['record', '--no-sync'], { input })
      const left = readdirSync(path.join(env.CLAUDE_LOGGER_HOME, 'spool')).filter(name =>
        name.endsWith('.json'),
      )
      if (left.length > 0)
        throw new Error(`not recorded: ${readFileSync(path.join(env.CLAUDE_LOGGER_HOME, 'sync.log'))}`)
      return ms
    },
    bareNode,
  )
}

function freshSessions(name) {
  const claude = path.join(folder, name)
  return Array.from({ length: runs + 1 }, (_, i) =>
    writeSession(path.join(claude, 'projects/-bench'), 5000 + i, 5e6),
  )
}

async function ledgerOf(name, size) {
  const env = homeEnv(name)
  csl(env, ['init', '--label', 'bench'])
  await fillLedger(path.join(env.CLAUDE_LOGGER_HOME, 'sessions.duckdb'), size)
  const template = path.join(folder, `${name}-template`)
  cpSync(env.CLAUDE_LOGGER_HOME, template, { recursive: true })
  return { env, template }
}

async function hook() {
  const { env, template } = await ledgerOf('hook', { sessions: 400, rows: 32_000 })
  const { a, b, ratio } = recordPaired(env, template, freshSessions('hook-files'))
  say(
    'record of 5 MB, 32,000 ledger rows',
    ratio,
    '× bare node',
    3,
    `${a.toFixed(0)} ms / ${b.toFixed(0)} ms`,
  )
}

async function hookMillion() {
  const { env, template } = await ledgerOf('million', { sessions: 100_000, rows: 1_000_000 })
  const { a, b, ratio } = recordPaired(env, template, freshSessions('million-files'))
  say(
    'record of 5 MB, 1,000,000 ledger rows',
    ratio,
    '× bare node',
    4.5,
    `${a.toFixed(0)} ms / ${b.toFixed(0)} ms`,
  )
}

/** How soon the shim has the payload safe, Node being slow to start on purpose (there is none). */
async function spool() {
  const env = homeEnv('spool')
  csl(env, ['init', '--label', 'bench'])
  const shim = path.join(env.CLAUDE_LOGGER_HOME, 'hook.sh')
  const only = path.join(folder, 'spool-only.sh')
  writeFileSync(only, readFileSync(shim, 'utf8').replace(/^main=.*$/m, 'main=/nonexistent'))
  const input = JSON.stringify({ transcript_path: '/nonexistent.jsonl', session_id: 'bench' })
  const { a, b } = paired(
    runs,
    () => time('sh', [only], { env, input }).ms,
    () => time('sh', ['-c', 'cat > /dev/null'], { env, input }).ms,
  )
  say('shim until the payload is safe', a, 'ms', 50, `an empty shell that reads it: ${b.toFixed(1)} ms`)
}

async function burst() {
  const env = homeEnv('burst')
  csl(env, ['init', '--label', 'bench'])
  const shim = path.join(env.CLAUDE_LOGGER_HOME, 'hook.sh')
  const spoolFolder = path.join(env.CLAUDE_LOGGER_HOME, 'spool')
  const files = Array.from({ length: 64 }, (_, i) =>
    writeSession(path.join(env.CLAUDE_CONFIG_DIR, 'projects/-burst'), i, 1e6),
  )
  const started = performance.now()
  let spooledMs = 0
  const seen = new Set()
  const watch = setInterval(() => {
    for (const name of existsSync(spoolFolder) ? readdirSync(spoolFolder) : [])
      if (name.endsWith('.json')) seen.add(name)
    if (seen.size >= 64 && spooledMs === 0) spooledMs = performance.now() - started
  }, 5)
  const lived = await Promise.all(
    files.map(file =>
      launch('sh', [shim], { env }, JSON.stringify({ transcript_path: file, session_id: 'bench' })),
    ),
  )
  const lastHookMs = Math.max(...lived.map(one => one.ms))
  let sessions = 0
  let allMs = 0
  while (performance.now() - started < 20_000) {
    const left = readdirSync(spoolFolder).filter(name => name.endsWith('.json') || name.startsWith('.job'))
    if (left.length === 0) {
      allMs ||= performance.now() - started
      break
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  clearInterval(watch)
  const { stdout } = csl(env, ['sql', '--json', 'SELECT count(*) AS n FROM sessions'])
  sessions = Number(/"n": "?(\d+)/.exec(stdout)?.[1] ?? 0)
  say('64 hooks at once: the last one gone after', lastHookMs / 1000, 's', undefined)
  say(
    '64 hooks at once: everything in the database after',
    allMs / 1000,
    's',
    6,
    `${sessions} of 64 sessions`,
  )
  if (sessions !== 64 || lived.some(one => one.code !== 0 || one.stdout !== ''))
    throw new Error('a hook failed or lost its session')
}

async function recent() {
  const { env } = await ledgerOf('recent', { sessions: 400, rows: 32_000 })
  const { a, b, ratio } = paired(runs, () => csl(env, ['recent', '--hook']).ms, bareNode)
  say('recent as a hook', ratio, '× bare node', 2.5, `${a.toFixed(0)} ms / ${b.toFixed(0)} ms`)
}

async function inbox() {
  const { env } = await ledgerOf('inbox', { sessions: 400, rows: 32_000 })
  await fillChanges(path.join(env.CLAUDE_LOGGER_HOME, 'sessions.duckdb'), { entries: 2000, changes: 10_000 })
  const { a, b, ratio } = paired(runs, () => csl(env, ['inbox', '--count', '--hook']).ms, bareNode)
  say('inbox --count, 10,000 changes', ratio, '× bare node', 2.5, `${a.toFixed(0)} ms / ${b.toFixed(0)} ms`)
}

async function backfill() {
  const claude = path.join(folder, 'corpus')
  const made = await makeCorpus(claude, isQuick ? 40 : 392)
  const { bytes, files } = transcriptsIn(claude)
  const env = homeEnv('backfill', claude)
  const cold = () => {
    rmSync(env.CLAUDE_LOGGER_HOME, { recursive: true, force: true })
    return csl(env, ['backfill']).ms
  }
  const rival = installCcusage()
  const turns = isQuick ? 3 : 5
  const label = `backfill of ${(bytes / 1e6).toFixed(0)} MB (${made}, ${files.length} files), cold`
  if (rival) {
    const offline = ['daily', '--json', '--offline']
    const { a, b, ratio } = paired(turns, cold, () => time(rival, offline, { env }).ms)
    say(label, ratio, '× ccusage 20.0.24', 1.5, `${a.toFixed(0)} ms / ${b.toFixed(0)} ms`)
  } else console.log('ccusage can not be had here: not compared')
  const { a, ratio } = paired(
    turns,
    cold,
    () => time('sh', ['-c', 'cat "$@" > /dev/null', 'sh', ...files]).ms,
  )
  say(label, ratio, '× cat', undefined, `${a.toFixed(0)} ms`)
  const size = statSync(path.join(env.CLAUDE_LOGGER_HOME, 'sessions.duckdb')).size
  say('database size', (size / bytes) * 100, '% of the transcripts', isQuick ? undefined : 2)
  const truth = truthOf(claude)
  if (truth) {
    const { stdout } = csl(env, [
      'sql',
      '--json',
      'SELECT sum(cost_usd)::VARCHAR AS cost FROM session_models',
    ])
    const cost = Number(/"cost": "?([\d.]+)/.exec(stdout)?.[1])
    say(
      'difference to the corpus’ true cost',
      Math.abs(cost - Number(truth.totals.costUsdSplit)),
      'USD',
      1e-9,
    )
  }
  rmSync(env.CLAUDE_LOGGER_HOME, { recursive: true, force: true })
  const peak = peakMemoryMb(process.execPath, [main, 'backfill'], { env })
  if (peak !== null) say('backfill, peak memory', peak, 'MB', 400)
}

async function unchanged() {
  const claude = path.join(folder, 'many')
  for (let i = 0; i < 2000; i++) writeSession(path.join(claude, 'projects', `-p${i % 40}`), i, 15_000)
  const env = homeEnv('unchanged', claude)
  csl(env, ['backfill'])
  const { a, b } = paired(
    runs,
    () => csl(env, ['backfill']).ms,
    () => csl(env, ['--version']).ms,
  )
  say('backfill of 2,000 unchanged files', a - b, 'ms over start-up', 300)
}

/**
 * What rows cost a report: the same one over an empty database starts, loads DuckDB, opens the file and catches up too.
 */
async function reports() {
  const { env } = await ledgerOf('reports', { sessions: 100_000, rows: 1_000_000 })
  const empty = homeEnv('reports-empty')
  csl(empty, ['init', '--label', 'bench'])
  const { stdout } = csl(env, ['sessions', '--json', '--limit', '1'])
  const kinds = 'hour day week month session project type model machine component'.split(' ')
  const commands = kinds.map(by => ['usage', by, '--json', '--since', '2023-01-01'])
  commands.push(['sessions', '--json'], ['session', JSON.parse(stdout).rows[0].id, '--json'], ['recent'])
  for (const command of commands) {
    // A session that is not there is an error.
    const counterpart = command[0] === 'session' ? ['sessions', '--json'] : command
    const [full, bare, version] = medians(isQuick ? 5 : 9, [
      () => csl(env, command).ms,
      () => csl(empty, counterpart).ms,
      () => csl(empty, ['--version']).ms,
    ])
    say(
      `${command[0] === 'usage' ? `usage ${command[1]}` : command[0]} over 100,000 sessions and a million rows`,
      full - bare,
      'ms over an empty database',
      150,
      `${(full - version).toFixed(0)} ms over --version`,
    )
  }
}

/** ccusage in a temporary folder, never a dependency. */
function installCcusage() {
  const place = path.join(folder, 'ccusage')
  mkdirSync(place)
  const result = spawnSync('npm', ['install', '--prefix', place, '--no-save', 'ccusage@20.0.24'], {
    stdio: 'ignore',
  })
  const file = path.join(place, 'node_modules/.bin/ccusage')
  return result.status === 0 && existsSync(file) ? file : undefined
}
