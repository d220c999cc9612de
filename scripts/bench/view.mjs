// What a person waits for in the viewer, in a terminal of its own. `bench`: what run.mjs gives every part.
import path from 'node:path'
import { writeSession } from './corpus.mjs'
import { median } from './measure.mjs'
import { openScreen } from './pty-screen.mjs'

const end = '\x1b[F'

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
