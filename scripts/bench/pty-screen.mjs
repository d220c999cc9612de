// The built program in a terminal of its own, watched as closely as a person at it can.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import * as pty from '@lydell/node-pty'
import xterm from '@xterm/headless'

/** Nobody would wait longer. */
const patienceMs = 60_000

/** Starts node, or another program, with these arguments. Times are in milliseconds and count from the last key; before one, from the start. */
export function openScreen(
  args,
  { NO_COLOR: _, CI: __, ...env },
  { program = process.execPath, cwd, ...size } = { cols: 80, rows: 24 },
) {
  let typedAt = performance.now()
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true })
  const child = pty.spawn(program, args, { ...size, cwd, name: 'xterm-256color', env })
  let hasEnded = false
  const ended = new Promise(resolve => child.onExit(resolve)).then(() => {
    hasEnded = true
  })
  let bytes = 0
  const listeners = new Set()
  const onDraw = listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  child.onData(data => {
    bytes += Buffer.byteLength(data)
    terminal.write(data, () => {
      for (const listener of listeners) listener()
    })
  })
  terminal.onData(data => child.write(data))

  const text = () => {
    const { active } = terminal.buffer
    const lines = Array.from({ length: size.rows }, (_, row) => active.getLine(active.viewportY + row))
    return lines.map(line => line?.translateToString(true) ?? '').join('\n')
  }
  const drawnOr = ms =>
    new Promise(resolve => {
      const done = () => {
        clearTimeout(timer)
        stop()
        resolve()
      }
      const timer = setTimeout(done, ms)
      const stop = onDraw(done)
    })
  /** Looks whenever something was drawn. */
  const holds = async isSo => {
    const from = typedAt
    while (!isSo()) {
      const left = patienceMs - (performance.now() - from)
      if (left < 0 || hasEnded) throw new Error(`the screen does not get on:\n${text()}`)
      await drawnOr(Math.min(left, 250))
    }
    return performance.now() - from
  }
  const ofProcess = (file, read) => {
    try {
      return read(readFileSync(`/proc/${child.pid}/${file}`, 'utf8'))
    } catch {
      return null
    }
  }
  return {
    text,
    holds,
    ended,
    onDraw,
    shows: wanted => holds(() => wanted.test(text())),
    type(keys) {
      typedAt = performance.now()
      child.write(keys)
    },
    pid: child.pid,
    kill: () => child.kill('SIGKILL'),
    /** What was written to the terminal so far. */
    bytes: () => bytes,
    /** These only where the system tells; else null. */
    peakMb: () => ofProcess('status', status => Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
    /** User and system time of all threads; the kernel counts in hundredths of a second. */
    cpuMs: () =>
      ofProcess('stat', stat => {
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return (Number(fields[11]) + Number(fields[12])) * 10
      }),
    openFiles: () =>
      ofProcess('stat', () =>
        readdirSync(`/proc/${child.pid}/fd`).map(fd => readlinkSync(`/proc/${child.pid}/fd/${fd}`)),
      ),
  }
}
