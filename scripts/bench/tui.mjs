// What a person waits for on the screens, with a hundred thousand sessions. `bench`: what run.mjs gives every part.
import { setTimeout as sleep } from 'node:timers/promises'
import { median, percentile } from './measure.mjs'
import { openScreen } from './pty-screen.mjs'

const total = 100_000
const size = { cols: 120, rows: 40 }
const [up, down, left, right, pageDown] = ['\x1b[A', '\x1b[B', '\x1b[D', '\x1b[C', '\x1b[6~']
/** How fast a held key comes. */
const repeatMs = 33

/** Starting, searching, scrolling, reckoning, and doing nothing at all. */
export async function tui(bench) {
  const { say, isQuick } = bench
  const { env } = await bench.ledgerOf('tui', { sessions: total, rows: 1_000_000 })
  const open = args => openScreen([bench.main, ...args], { ...env, TZ: 'UTC' }, size)
  await starts(bench, open)

  const list = open(['sessions'])
  await list.shows(/100,000 *$/m)
  tell(bench, 'typing in the search line', await typing(list, countsOf(bench, env)), 33)
  const keys = isQuick ? 60 : 300
  tell(bench, 'scrolling with ↓ held', await holding(list, down, keys, 1), 33)
  tell(bench, 'scrolling with PgDn held', await holding(list, pageDown, keys, pageOf(list)), 33)
  await news(bench, env, list)
  const peakMb = list.peakMb()
  if (peakMb !== null) say('peak memory of a list of 100,000 sessions', peakMb, 'MB', 300)
  await idling(bench, list)
  list.kill()
  await list.ended

  await summary(bench, open([]))
}

/** First figures of the menu, first rows of the list: in turn with a bare node. */
async function starts({ say, bareNode, runs }, open) {
  const ways = [
    { name: 'csl to the menu with its figures', args: [], seen: /100,000 sessions/ },
    { name: 'csl sessions to its first rows', args: ['sessions'], seen: new RegExp(idOf(0)), goal: 300 },
  ]
  for (const { name, args, seen, goal } of ways) {
    const times = []
    const differences = []
    // The first turn warms the file cache.
    for (let i = -1; i < runs; i++) {
      const bareMs = bareNode()
      const screen = open(args)
      const ms = await screen.shows(seen)
      screen.kill()
      await screen.ended
      if (i < 0) continue
      times.push(ms)
      differences.push(ms - bareMs)
    }
    say(`${name}, 100,000 sessions`, median(times), 'ms', goal)
    say(`${name}, over node -e 0`, median(differences), 'ms')
  }
}

/** The id of the n-th session of the list: see big-ledger.mjs. */
function idOf(position) {
  return `-4000-8000-${(total - 1 - position).toString(16).padStart(12, '0')}`
}

const query = 'gate prune 12 dbt'

/** How many sessions fit each beginning of the query, by SQL. */
function countsOf({ csl }, env) {
  const hay = `lower(title || ' ' || project || ' ' || strftime(ended_at, '%Y-%m-%d') || ' ' || git_branch || ' ' || session_type)`
  const counts = beginnings().map(begun => {
    const terms = begun.split(' ').filter(term => term !== '')
    return `count_if(${terms.map(term => `contains(${hay}, '${term}')`).join(' AND ')})::INTEGER`
  })
  const { stdout } = csl(env, ['sql', '--json', `SELECT [${counts}] AS counts FROM sessions`])
  return JSON.parse(stdout)[0].counts
}

function beginnings() {
  return Array.from(query, (_, i) => query.slice(0, i + 1))
}

/** Each key until both it and how many sessions it leaves are painted, there and back. */
async function typing(screen, counts) {
  const times = []
  for (let turn = 0; turn < 3; turn++) {
    const there = beginnings().map((text, i) => ({ key: query[i], text, count: counts[i] }))
    const back = there.slice(0, -1).map(({ text, count }) => ({ key: '\x7f', text, count }))
    for (const { key, text, count } of [...there, ...back.reverse()]) {
      const shown = count.toLocaleString('en')
      const isPainted = () => {
        const [head = '', line = ''] = screen.text().split('\n')
        return line.trimEnd() === `/ ${text}`.trimEnd() && head.includes(` ${shown} of 100,000`)
      }
      screen.type(key)
      times.push(await screen.holds(isPainted))
      await sleep(60)
    }
    screen.type('\x15')
    await screen.shows(/ 100,000 *$/m)
  }
  screen.type('\t')
  await screen.shows(new RegExp(idOf(0)))
  return times
}

/** A key that comes again and again, whatever is painted: each until the cursor is where it leads. */
async function holding(screen, key, count, step) {
  const from = positionOf(screen.text())
  const sentAt = []
  const times = []
  const stop = screen.onDraw(() => {
    const now = performance.now()
    const reached = (positionOf(screen.text()) - from) / step
    while (times.length < Math.min(reached, sentAt.length)) times.push(now - sentAt[times.length])
  })
  for (let i = 0; i < count; i++) {
    sentAt.push(performance.now())
    screen.type(key)
    await sleep(repeatMs)
  }
  await screen.holds(() => times.length >= count)
  stop()
  screen.type('g')
  await screen.shows(new RegExp(idOf(0)))
  return times
}

function pageOf(screen) {
  // What is no row: header, search line, titles, detail, keys.
  return screen.text().split('\n').length - 5
}

function positionOf(text) {
  const found = /-4000-8000-([0-9a-f]{12})/.exec(text)
  return found ? total - 1 - Number.parseInt(found[1], 16) : -1
}

/** What another process writes, until it is seen. */
async function news({ say, csl }, env, screen) {
  const [id] = /[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}/.exec(screen.text())
  csl(env, ['session', id, '--star'])
  const writtenAt = performance.now()
  await screen.shows(/★/)
  say('what another process wrote is on the screen after', (performance.now() - writtenAt) / 1000, 's', 2)
}

async function idling({ say, isQuick }, screen) {
  const seconds = isQuick ? 15 : 60
  await sleep(3000)
  const before = { bytes: screen.bytes(), cpuMs: screen.cpuMs() }
  const files = screen.openFiles() ?? []
  if (files.some(file => file.includes('sessions.duckdb')))
    throw new Error('an idle screen holds the database')
  await sleep(seconds * 1000)
  say(`written to the terminal while idle for ${seconds} s`, screen.bytes() - before.bytes, 'bytes', 0)
  if (before.cpuMs !== null)
    say(
      `CPU while idle for ${seconds} s`,
      screen.cpuMs() - before.cpuMs,
      'ms',
      50,
      'no database is held open',
    )
}

/** In a year that has usage: each key until what it asks for is painted. */
async function summary(bench, screen) {
  await screen.shows(/100,000 sessions/)
  screen.type('2')
  await screen.shows(/By project \(1 of|Nothing was used/)
  const title = () => screen.text().split('\n', 1)[0]
  const isCalm = () => !title().includes('reading')
  const press = async (key, isPainted) => {
    screen.type(key)
    const ms = await screen.holds(() => isCalm() && isPainted())
    await sleep(60)
    return ms
  }
  const changes = (key, part) => {
    const before = part()
    return press(key, () => part() !== before)
  }
  await changes('m', title)
  while (!/By project \(1 of/.test(screen.text())) await changes(left, title)
  const bars = () => /By (\S+) \((\d+) of \d+\)/.exec(screen.text())?.[0]
  const turns = bench.isQuick ? 3 : 10
  const times = { amount: [], cursor: [], breakdown: [], time: [] }
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < 2; i++) times.amount.push(await changes('t', title))
    for (const key of [down, down, up]) times.cursor.push(await changes(key, bars))
    for (let i = 0; i < 5; i++) times.breakdown.push(await changes('b', bars))
    for (const key of ['d', right, 'h', right, left, 'm', left, right])
      times.time.push(await changes(key, title))
  }
  tell(bench, 't in the summary', times.amount, 33)
  tell(bench, '↑ and ↓ in the summary', times.cursor, 33)
  tell(bench, 'b in the summary', times.breakdown, 100)
  tell(bench, 'h d m ← → in the summary', times.time, 100)
  screen.kill()
  await screen.ended
}

function tell({ say }, name, times, goal) {
  say(
    `a key to its painted frame, ${name}`,
    percentile(times, 95),
    'ms',
    goal,
    `p95; median ${median(times).toFixed(0)} ms`,
  )
}
