// What a person waits for in the viewer, in a terminal of its own. `bench`: what run.mjs gives every part.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { writeSession } from './corpus.mjs'
import { median } from './measure.mjs'

const end = '\x1b[F'
const size = { cols: 80, rows: 24 }

/** A transcript of 200 MB: its first screen, its end, all of it known, a key meanwhile, and the memory that takes. */
export async function view({ homeEnv, main, say, runs }) {
  const env = homeEnv('view')
  const file = writeSession(path.join(env.CLAUDE_CONFIG_DIR, 'projects/-view'), 0, 200e6)
  const args = [main, 'view', path.basename(file, '.jsonl')]
  const figures = []
  for (let i = 0; i < Math.min(runs, 5); i++) figures.push(await readThrough(args, env))
  const figure = name => median(figures.map(run => run[name]))
  say('first screen of a transcript of 200 MB', figure('firstMs'), 'ms', 300)
  say('its end, at once', figure('endMs'), 'ms', 2000)
  say('a key to its painted screen, while it is being read', figure('keyMs'), 'ms', 33, 'median')
  say('all of it indexed behind the screen', figure('readMs') / 1000, 's')
  if (figures[0].peakMb !== null) say('peak memory of reading it', figure('peakMb'), 'MB', 300)
}

async function readThrough(args, env) {
  const screen = openScreen(args, env)
  const firstMs = await screen.shows(/turn 1\//)
  const begunAt = performance.now()
  // Nobody is faster.
  await new Promise(resolve => setTimeout(resolve, 100))
  screen.type(end)
  const endMs = await screen.shows(/from the end|turn \d{3,}\//)
  const keys = []
  for (let i = 0; i < 20; i++) {
    const before = screen.text()
    screen.type('K')
    keys.push(await screen.holds(() => screen.text() !== before))
  }
  await screen.shows(/turn \d+\/\d+$/m)
  const readMs = performance.now() - begunAt
  const peakMb = screen.peakMb()
  screen.type('q')
  await screen.ended
  return { firstMs, endMs, keyMs: median(keys), readMs, peakMb }
}

function openScreen(args, { NO_COLOR: _, CI: __, ...env }) {
  const startedAt = performance.now()
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true })
  const child = pty.spawn(process.execPath, args, { ...size, name: 'xterm-256color', env })
  const ended = new Promise(resolve => child.onExit(resolve))
  child.onData(data => terminal.write(data))
  terminal.onData(data => child.write(data))
  let typedAt = startedAt

  const text = () => {
    const { active } = terminal.buffer
    const lines = Array.from({ length: size.rows }, (_, row) => active.getLine(active.viewportY + row))
    return lines.map(line => line?.translateToString(true) ?? '').join('\n')
  }
  /** Milliseconds from the last key, or from the start, until it is so. */
  const holds = async isSo => {
    while (!isSo()) {
      if (performance.now() - typedAt > 60_000) throw new Error(`the viewer does not get on:\n${text()}`)
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    return performance.now() - typedAt
  }
  return {
    text,
    holds,
    ended,
    shows: wanted => holds(() => wanted.test(text())),
    type(keys) {
      typedAt = performance.now()
      child.write(keys)
    },
    /** Only where the system tells. */
    peakMb() {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
        return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
      } catch {
        return null
      }
    },
  }
}
