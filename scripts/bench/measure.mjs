// Whole processes, timed from outside; figures are compared within one run only, since machines differ and are noisy.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

/** The value that so many of a hundred are not above. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)]
}

/** Wall milliseconds of one run. Throws where it fails. */
export function time(command, args, options = {}) {
  const started = performance.now()
  const result = spawnSync(command, args, { maxBuffer: 1 << 30, ...options })
  const ms = performance.now() - started
  if (result.error) throw result.error
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.status} ${result.stderr}`)
  return { ms, stdout: String(result.stdout) }
}

/** Runs two things in turn and answers the median of each, and of the ratios of neighbours. */
export function paired(runs, a, b) {
  const first = []
  const second = []
  for (let i = 0; i < runs + 1; i++) {
    const x = a(i)
    const y = b(i)
    // The first pair warms the file cache.
    if (i > 0) {
      first.push(x)
      second.push(y)
    }
  }
  return { a: median(first), b: median(second), ratio: median(first.map((x, i) => x / second[i])) }
}

/** Runs several things in turn and answers the median of each. The first turn warms the file cache. */
export function medians(turns, things) {
  const times = things.map(() => [])
  for (let turn = 0; turn < turns + 1; turn++) {
    things.forEach((thing, i) => {
      const ms = thing()
      if (turn > 0) times[i].push(ms)
    })
  }
  return times.map(median)
}

/** Peak memory of a command in megabytes, or null where /usr/bin/time is not installed. */
export function peakMemoryMb(command, args, options = {}) {
  if (!existsSync('/usr/bin/time')) return null
  const result = spawnSync('/usr/bin/time', ['-f', 'peak %M', command, ...args], {
    ...options,
    maxBuffer: 1 << 30,
  })
  const found = /peak (\d+)/.exec(String(result.stderr))
  return found ? Number(found[1]) / 1024 : null
}

/**
 * User and system time of the processes that we started and that have ended; not a number where the system does not tell. The
 * kernel counts in hundredths of a second.
 */
export function childrenCpuMs() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) * 10
  } catch {
    return Number.NaN
  }
}

/** Starts a process and answers how long it lived and how it ended. */
export function launch(command, args, options, input) {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options })
  let stdout = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.resume()
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise(resolve => {
    child.once('close', code => resolve({ code, ms: performance.now() - started, stdout }))
  })
}
