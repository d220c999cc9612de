// Drives the real Claude Code client with nothing but `csl setup --yes` done: a session in print mode, an interactive one, one
// begun with /clear, one that is killed. All must be recorded after the next start, the person must see the banner, the API
// must not, and nobody may wait. Times are medians of pairs, with hooks and without, one after the other. Opt-in, as
// test-client.mjs is.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { openScreen } from './bench/pty-screen.mjs'
import { findRealClient, runClient, startClientHome } from './real-client.mjs'

const run = promisify(execFile)
const main = path.resolve(import.meta.dirname, '../dist/main.mjs')
const model = ['--model', 'claude-sonnet-5-5']
/** What stands below the line to type in, once that is there. */
const ready = /\? for shortcuts|shift\+tab to cycle/
const pairs = Number(process.env.CSL_TEST_PAIRS ?? 7)

const claude = await findRealClient()
if (!claude) process.exit(0)
const folder = mkdtempSync(path.join(tmpdir(), 'csl-client-'))
const home = path.join(folder, 'home')
const project = path.join(home, 'project')
const api = await startClientHome(home)
const wire = await recordRequests(api.env.ANTHROPIC_BASE_URL)
const env = { ...api.env, ANTHROPIC_BASE_URL: wire.url }
const settingsFile = path.join(home, '.claude/settings.json')
const csl = (...args) => run(process.execPath, [main, ...args], { env })
/** All that the client ever told a person. */
const told = []
try {
  const own = `{\n  "hooks": {\n    "SessionEnd": [{ "hooks": [{ "type": "command", "command": "touch '${home}/ended'" }] }]\n  }\n}\n`
  writeFileSync(settingsFile, own)
  await csl('setup', '--yes', '--no-background', '--no-token')
  const ours = readFileSync(settingsFile, 'utf8')

  await print('Prune the apple trees')
  const screen = openClient()
  await answered(screen, 'Water the beans')
  console.log(`ok   the banner, as the person sees it:\n${shown(screen.text())}`)
  expect('the banner is shown', /Recent sessions:[\s\S]*Prune the apple trees/.test(screen.text()))
  await enter(screen, '/clear')
  await answered(screen, 'Sow the carrots')
  await left(screen)
  const killed = openClient()
  await answered(killed, 'Pick the pears')
  await isWritten('Pick the pears')
  killed.kill()
  await killed.ended
  await print('Store the nuts')

  const wanted = [
    'Pick the pears',
    'Prune the apple trees',
    'Sow the carrots',
    'Store the nuts',
    'Water the beans',
  ]
  expect(`all of them are recorded: ${wanted.join(', ')}`, await recorded(wanted))
  const asked = wanted.filter(prompt => wire.bodies.some(body => body.includes(prompt)))
  expect(
    `the banner is in none of ${wire.bodies.length} requests`,
    asked.length === wanted.length && !wire.bodies.some(body => body.includes('Recent sessions')),
  )
  expect('no hook was cancelled, none failed', !/Hook cancelled|hook .*(failed|error)/i.test(told.join('\n')))
  expect('the settings are taken', !/did not load|were skipped/.test(told.join('\n')))

  await measure(ours, own)
  await csl('setup', '--uninstall', '--yes')
  expect('the settings are as they were', readFileSync(settingsFile, 'utf8') === own)
} catch (error) {
  console.log(`FAIL ${error.message}`)
  process.exitCode = 1
} finally {
  api.stop()
  rmSync(folder, { recursive: true, force: true })
  // A screen that is still open ends with its terminal, and a request that is still open with its server.
  process.exit()
}

/** One session in print mode. Answers how long it took, in milliseconds. */
async function print(prompt) {
  const since = performance.now()
  told.push(await runClient(claude, ['-p', prompt, ...model], { env, cwd: project }))
  return performance.now() - since
}

function openClient() {
  return openScreen(model, env, { program: claude, cwd: project, cols: 110, rows: 40 })
}

async function enter(screen, text) {
  screen.type(text)
  await screen.shows(new RegExp(`❯\\s${text}`))
  screen.type('\r')
}

/** Types a prompt and waits for its answer. */
async function answered(screen, prompt) {
  await screen.shows(ready)
  await enter(screen, prompt)
  await screen.shows(new RegExp(`${prompt}[\\s\\S]*Hello from the stand-in`))
  told.push(screen.text())
}

/** Leaves the client. Answers how long that took, in milliseconds. */
async function left(screen) {
  await enter(screen, '/exit')
  const since = performance.now()
  await screen.ended
  told.push(screen.text())
  return performance.now() - since
}

/** Waits until a transcript holds this prompt and an answer: the client writes a moment after it shows. */
async function isWritten(prompt) {
  const folder = path.join(home, '.claude/projects')
  const isThere = () =>
    readdirSync(folder, { recursive: true })
      .filter(name => name.endsWith('.jsonl'))
      .map(name => readFileSync(path.join(folder, name), 'utf8'))
      .some(text => text.includes(prompt) && text.includes('"type":"assistant"'))
  for (let n = 0; n < 100 && !isThere(); n++) await new Promise(resolve => setTimeout(resolve, 50))
}

/** The sessions of these titles, and no more. The database alone is asked, which no command brings up to date meanwhile. */
async function recorded(titles) {
  let found = []
  for (let n = 0; n < 100; n++) {
    const { stdout } = await csl(
      'sql',
      '--json',
      'SELECT title FROM sessions WHERE api_message_count > 0 ORDER BY title',
    )
    found = JSON.parse(stdout).map(row => row.title)
    if (JSON.stringify(found) === JSON.stringify(titles)) return true
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  console.log(`     recorded: ${found.join(', ')}`)
  return false
}

/** What the hooks cost a person, each time beside the same without them. */
async function measure(withHooks, without) {
  const figures = { 'print mode': [], 'start, until one can type': [], 'end, after /exit': [] }
  const once = async settings => {
    writeFileSync(settingsFile, settings)
    const printed = await print('Rake the leaves')
    const screen = openClient()
    const started = await screen.shows(ready)
    await answered(screen, 'Rake the leaves')
    return [printed, started, await left(screen)]
  }
  for (let n = 0; n < pairs; n++) {
    const both =
      n % 2 === 0
        ? [await once(withHooks), await once(without)]
        : [await once(without), await once(withHooks)].reverse()
    for (const [i, list] of Object.values(figures).entries()) list.push(both.map(times => times[i]))
  }
  for (const [name, list] of Object.entries(figures)) {
    const [ours, theirs] = [0, 1].map(i => median(list.map(times => times[i])))
    const more = median(list.map(([a, b]) => a - b))
    console.log(
      `     ${name}: ${ours.toFixed(0)} ms with hooks, ${theirs.toFixed(0)} without, pairs differ by ${more.toFixed(0)}`,
    )
  }
  writeFileSync(settingsFile, withHooks)
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** Passes requests on, and keeps what was asked. */
async function recordRequests(target) {
  const bodies = []
  const server = http.createServer((incoming, response) => {
    const chunks = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks)
      bodies.push(body.toString())
      const { method, headers, url } = incoming
      const outgoing = http.request(new URL(url, target), { method, headers }, answer => {
        response.writeHead(answer.statusCode, answer.headers)
        answer.pipe(response)
      })
      outgoing.on('error', () => response.destroy())
      outgoing.end(body)
    })
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, bodies }
}

function expect(what, isSo) {
  if (!isSo) throw new Error(what)
  console.log(`ok   ${what}`)
}

function shown(text) {
  const lines = text.split('\n').map(line => `     │ ${line.trimEnd()}`)
  return lines.filter(line => line.trim() !== '│').join('\n')
}
