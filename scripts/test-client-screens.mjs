// Drives the screens and the real Claude Code client in one terminal: two sessions, one of them found by a word of its
// content, resumed, and typed into. Opt-in, as test-client.mjs is.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { openScreen } from './bench/pty-screen.mjs'
import { findRealClient, runClient, startClientHome } from './real-client.mjs'

const run = promisify(execFile)
const main = path.resolve(import.meta.dirname, '../dist/main.mjs')
const enter = '\r'

const claude = await findRealClient()
if (!claude) process.exit(0)
const folder = mkdtempSync(path.join(tmpdir(), 'csl-client-'))
const home = path.join(folder, 'home')
const { env: clientEnv, stop } = await startClientHome(home)
// What resumes looks for `claude` as a person's shell would.
const bin = path.join(folder, 'bin')
mkdirSync(bin)
symlinkSync(claude, path.join(bin, 'claude'))
const env = { ...clientEnv, PATH: `${bin}:${clientEnv.PATH}` }
const csl = (...args) => run(process.execPath, [main, ...args], { env })
try {
  await twoSessions()
  const before = await messagesByTitle()
  check('two sessions, recorded by the hook', before, { 'Count the barn swallows': 2, 'Sweep the yard': 1 })

  const screen = openScreen([main, 'sessions'], env, { cols: 100, rows: 30 })
  await screen.shows(/Sweep the yard/)
  screen.type('quince')
  const found = await screen.shows(/1 of 2[\s\S]*swallows[\s\S]*Then make “quince” jam/)
  console.log(`ok   found by a word of its content, after ${found.toFixed(0)} ms:\n${shown(screen.text())}`)

  screen.type(enter)
  screen.type(enter)
  await screen.shows(/Claude Code v[\s\S]*quince[\s\S]*\? for shortcuts/)
  screen.type('And the plums?')
  await screen.shows(/❯\sAnd the plums\?/)
  screen.type(enter)
  await screen.shows(/And the plums\?[\s\S]*Hello from the stand-in[\s\S]*\? for shortcuts/)
  console.log(`ok   resumed, and typed into:\n${shown(screen.text())}`)
  screen.type('/exit')
  await screen.shows(/❯\s\/exit/)
  screen.type(enter)
  await screen.ended

  const after = await messagesByTitle()
  check('the session has the turn more', after, { 'Count the barn swallows': 3, 'Sweep the yard': 1 })
} catch (error) {
  console.log(`FAIL ${error.message}`)
  process.exitCode = 1
} finally {
  stop()
  rmSync(folder, { recursive: true, force: true })
  // A screen that is still open ends with its terminal.
  process.exit()
}

async function twoSessions() {
  await csl('init', '--label', 'client test')
  const hook = path.join(home, '.claude/claude-session-logger/hook.sh')
  if (!existsSync(hook)) throw new Error('there is no script for hooks')
  writeFileSync(
    path.join(home, '.claude/settings.json'),
    JSON.stringify({ hooks: { SessionEnd: [{ hooks: [{ type: 'command', command: `'${hook}'` }] }] } }),
  )
  const say = (...words) =>
    runClient(claude, ['-p', ...words, '--model', 'claude-sonnet-4-5'], {
      env,
      cwd: path.join(home, 'project'),
    })
  await say('Count the barn swallows')
  await say('Then make “quince” jam', '--continue')
  await say('Sweep the yard')
}

/** As the database has them, once all that hooks left is in it. */
async function messagesByTitle() {
  await csl('backfill')
  const { stdout } = await csl('sql', '--json', 'SELECT title, api_message_count AS n FROM sessions')
  return Object.fromEntries(JSON.parse(stdout).map(({ title, n }) => [title, Number(n)]))
}

function check(what, found, wanted) {
  const inOrder = value => JSON.stringify(Object.entries(value).sort())
  if (inOrder(found) !== inOrder(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}`)
  console.log(`ok   ${what}: ${JSON.stringify(found)}`)
}

function shown(text) {
  const lines = text.split('\n').map(line => `     │ ${line.trimEnd()}`)
  return lines.filter(line => line.trim() !== '│').join('\n')
}
