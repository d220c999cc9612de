// Drives the real Claude Code client against a stand-in API on this machine, with our hook in its settings, and holds
// our cost of every session against the client's own account (its cost-state; it adds floats, so to 1e-9).
// Opt-in: needs the client (CSL_TEST_CLAUDE=/path/to/claude, or `claude` on PATH) and ../shared; says "not run" elsewhere.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')
const tools = path.resolve(root, '../shared/tools/real-client')
const main = path.join(root, 'dist/main.mjs')

const cases = [
  { name: 'plain reply', model: 'claude-sonnet-4-5', usage: {} },
  { name: 'tool call', model: 'claude-sonnet-5-5', usage: {}, prompt: 'tool' },
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

const claude = await findClient()
if (!claude || !existsSync(tools)) {
  console.log(
    `not run: ${claude ? '../shared is not here' : 'the client is not installed (CSL_TEST_CLAUDE=/path/to/claude)'}`,
  )
  process.exit(0)
}
const folder = mkdtempSync(path.join(tmpdir(), 'csl-client-'))
let failures = 0
try {
  const { stdout } = await run(claude, ['--version'])
  console.log(`client ${stdout.trim()}`)
  for (const [index, one] of cases.entries()) await runCase(index, one)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${cases.length - failures} passed, ${failures} failed`)
process.exitCode = failures > 0 ? 1 : 0

async function runCase(index, { name, model, usage, prompt }) {
  const home = path.join(folder, `home${index}`)
  const port = await freePort()
  const api = spawn(
    process.execPath,
    [path.join(tools, 'stand-in-api.mjs'), '--port', String(port), '--usage', JSON.stringify(usage)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  try {
    await new Promise(resolve => api.stderr.once('data', resolve))
    const env = await prepareHome(home, port)
    const csl = (...args) => run(process.execPath, [main, ...args], { env })
    await csl('init', '--label', 'client test')
    const hook = path.join(home, '.claude/claude-session-logger/hook.sh')
    writeFileSync(
      path.join(home, '.claude/settings.json'),
      JSON.stringify({ hooks: { SessionEnd: [{ hooks: [{ type: 'command', command: `'${hook}'` }] }] } }),
    )
    const project = path.join(home, 'project')
    const text =
      prompt === 'tool'
        ? `usetool Write ${JSON.stringify({ file_path: path.join(project, 'made.txt'), content: 'one\ntwo\n' })}`
        : 'hello'
    const client = spawn(claude, ['-p', text, '--model', model, '--permission-mode', 'acceptEdits'], {
      env,
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    client.stdout.on('data', chunk => (said += chunk))
    client.stderr.on('data', chunk => (said += chunk))
    await new Promise(resolve => client.once('close', resolve))
    if (/Hook cancelled/.test(said)) throw new Error(`the hook was cancelled: ${said}`)
    const row = await waitForRow(home, csl)
    const ours = Number(row.cost_usd)
    const theirs = Number(row.cost_state_usd)
    const isEqual = Math.abs(ours - theirs) < 1e-9 && ours > 0
    if (!isEqual) failures++
    console.log(
      `${isEqual ? 'ok  ' : 'FAIL'} ${name}: ${model}, ${row.api_message_count} messages, ` +
        `ours ${row.cost_usd}, the client's ${row.cost_state_usd}`,
    )
  } catch (error) {
    failures++
    console.log(`FAIL ${name}: ${error.message}`)
  } finally {
    api.kill()
  }
}

/** The row that the hook wrote: nothing but the database is looked at until the spool is empty. */
async function waitForRow(home, csl) {
  const data = path.join(home, '.claude/claude-session-logger')
  const spool = path.join(data, 'spool')
  for (let i = 0; i < 50; i++) {
    const waiting = existsSync(spool) ? readdirSync(spool).filter(name => name.endsWith('.json')).length : 0
    if (waiting === 0) {
      const { stdout } = await csl(
        'sql',
        '--json',
        'SELECT session_id, cost_usd, cost_state_usd, api_message_count FROM sessions',
      )
      const rows = JSON.parse(stdout)
      const list = Array.isArray(rows) ? rows : rows.rows
      if (list.length > 0) return list[0]
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`no row; the spool holds ${existsSync(spool) ? readdirSync(spool) : 'nothing'}`)
}

async function prepareHome(home, port) {
  mkdirSync(home, { recursive: true })
  const { stdout } = await run(process.execPath, [
    path.join(tools, 'prepare-home.mjs'),
    '--home',
    home,
    '--port',
    String(port),
  ])
  const env = { PATH: process.env.PATH, TERM: 'xterm-256color' }
  for (const [, name, value] of stdout.matchAll(/export (\w+)='([^']*)'/g)) env[name] = value
  return env
}

async function freePort() {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

async function findClient() {
  const named = process.env.CSL_TEST_CLAUDE
  if (named) return existsSync(named) ? named : undefined
  try {
    const { stdout } = await run('sh', ['-c', 'command -v claude'])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
