// Drives the real Claude Code client against a stand-in API on this machine, with our hook in its settings, and holds
// our cost of every session, with what it inherited, against the client's own account (its cost-state, which goes on
// from that of the session it forked; it adds floats, so to 1e-9).
// Opt-in: needs the client (CSL_TEST_CLAUDE=/path/to/claude, or `claude` on PATH) and ../shared; says "not run" elsewhere.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findRealClient, runClient, startClientHome } from './real-client.mjs'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')
const main = path.join(root, 'dist/main.mjs')

const usetool = `usetool Write ${JSON.stringify({ file_path: 'FOLDER/made.txt', content: 'one\ntwo\n' })}`

// Each is one or more runs of the client, and how many messages of its own each session has in the end: by default one
// run that says hello, and one session of one message.
const cases = [
  { name: 'plain reply', model: 'claude-sonnet-4-5', usage: {} },
  // For newer models the client ends a request with a message of its own, and the stand-in finds no prompt in that.
  { name: 'tool call', model: 'claude-sonnet-4-5', usage: {}, runs: [[usetool]], messages: [2] },
  {
    name: 'second turn',
    model: 'claude-sonnet-5-5',
    usage: {},
    runs: [['hello'], ['again', '--continue']],
    messages: [2],
  },
  {
    name: 'fork',
    model: 'claude-sonnet-5-5',
    usage: {},
    runs: [['hello'], ['again', '--continue'], ['elsewhere', '--continue', '--fork-session']],
    messages: [2, 1],
  },
  { name: 'lower band', model: 'claude-haiku-5-5', usage: { input_tokens: 98_160 } },
  { name: 'upper band', model: 'claude-haiku-5-5', usage: { input_tokens: 98_161 } },
  { name: 'fast', model: 'claude-opus-5-5', usage: { speed: 'fast' } },
  { name: 'US inference', model: 'claude-opus-4-8', usage: { inference_geo: 'us' } },
  { name: 'web search', model: 'claude-fable-5-1', usage: { server_tool_use: { web_search_requests: 3 } } },
  {
    name: 'large cache',
    model: 'claude-opus-5',
    usage: { cache_read_input_tokens: 612_345, output_tokens: 4321 },
  },
]

const claude = await findRealClient()
if (!claude) process.exit(0)
const folder = mkdtempSync(path.join(tmpdir(), 'csl-client-'))
let failures = 0
try {
  const { stdout } = await run(claude, ['--version'])
  console.log(`client ${stdout.trim()}`)
  for (const [index, one] of cases.entries()) await runCase(index, one)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${cases.length} cases, ${failures} failures`)
process.exitCode = failures > 0 ? 1 : 0

async function runCase(index, { name, model, usage, runs = [['hello']], messages = [1] }) {
  const home = path.join(folder, `home${index}`)
  const { env, stop } = await startClientHome(home, usage)
  try {
    const csl = (...args) => run(process.execPath, [main, ...args], { env })
    await csl('init', '--label', 'client test')
    const hook = path.join(home, '.claude/claude-session-logger/hook.sh')
    writeFileSync(
      path.join(home, '.claude/settings.json'),
      JSON.stringify({ hooks: { SessionEnd: [{ hooks: [{ type: 'command', command: `'${hook}'` }] }] } }),
    )
    const project = path.join(home, 'project')
    for (const words of runs) {
      const prompt = words.map(word => word.replace('FOLDER', project))
      const said = await runClient(
        claude,
        ['-p', ...prompt, '--model', model, '--permission-mode', 'acceptEdits'],
        {
          env,
          cwd: project,
        },
      )
      if (/Hook cancelled/.test(said)) throw new Error(`the hook was cancelled: ${said}`)
    }
    const rows = await waitForRows(home, csl, messages)
    for (const row of rows) {
      const ours = Number(row.cost_usd) + Number(row.inherited_cost_usd ?? 0)
      const theirs = Number(row.cost_state_usd)
      const isEqual = Math.abs(ours - theirs) < 1e-9 && ours > 0
      if (!isEqual) failures++
      console.log(
        `${isEqual ? 'ok  ' : 'FAIL'} ${name}: ${model}, ${row.api_message_count} messages and ` +
          `${row.inherited_message_count} inherited, ours ${ours}, the client's ${theirs}`,
      )
    }
  } catch (error) {
    failures++
    console.log(`FAIL ${name}: ${error.message}`)
  } finally {
    stop()
  }
}

/**
 * The rows that the hooks wrote, in the order in which the sessions began. Nothing but the database is looked at, once
 * the spool is empty, until they have as many messages as they must.
 */
async function waitForRows(home, csl, messages) {
  const data = path.join(home, '.claude/claude-session-logger')
  const spool = path.join(data, 'spool')
  let found = 'no row'
  for (let i = 0; i < 50; i++) {
    const waiting = existsSync(spool) ? readdirSync(spool).filter(name => name.endsWith('.json')).length : 0
    if (waiting === 0) {
      const { stdout } = await csl(
        'sql',
        '--json',
        `SELECT session_id, cost_usd, inherited_cost_usd, cost_state_usd, api_message_count, inherited_message_count
         FROM sessions ORDER BY started_at`,
      )
      const rows = JSON.parse(stdout)
      found = rows.map(row => row.api_message_count).join(' and ')
      if (found === messages.join(' and ')) return rows
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(
    `not ${messages.join(' and ')} messages but ${found}; the spool holds ${existsSync(spool) ? readdirSync(spool) : 'nothing'}`,
  )
}
