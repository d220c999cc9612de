// The real Claude Code client, a home of its own for it, and an API on this machine that stands in for the real one.
// Needs the client (CSL_TEST_CLAUDE=/path/to/claude, or `claude` on PATH) and ../shared.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const tools = path.resolve(import.meta.dirname, '../../shared/tools/real-client')

// The stand-in makes message ids of its process id, shorter than real ones: such ids count in their session only, and a
// fork would count them again. With a process id of ten digits they are as long as real ones.
const longPid = `Object.defineProperty(process, 'pid', { value: 1_000_000_000 + process.pid })`
const longIds = ['--import', `data:text/javascript,${encodeURIComponent(longPid)}`]

/** The client's path; undefined, with a word why, where what it takes is not here. */
export async function findRealClient() {
  const claude = await findClient()
  if (claude && existsSync(tools)) return claude
  console.log(
    `not run: ${claude ? '../shared is not here' : 'the client is not installed (CSL_TEST_CLAUDE=/path/to/claude)'}`,
  )
  return undefined
}

/** An API whose replies are billed as `usage` says, and the environment of a home whose client talks to it. */
export async function startClientHome(home, usage = {}) {
  const port = await freePort()
  const words = ['--port', String(port), '--usage', JSON.stringify(usage)]
  const api = spawn(process.execPath, [...longIds, path.join(tools, 'stand-in-api.mjs'), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise(resolve => api.stderr.once('data', resolve))
  return { env: await prepareHome(home, port), stop: () => api.kill() }
}

/** What the client said until it ended. */
export async function runClient(claude, args, options) {
  const client = spawn(claude, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  client.stdout.on('data', chunk => (said += chunk))
  client.stderr.on('data', chunk => (said += chunk))
  await new Promise(resolve => client.once('close', resolve))
  return said
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
