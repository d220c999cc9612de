import { setTimeout as sleep } from 'node:timers/promises'
import * as pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { onTestFinished } from 'vitest'
import { type Home, mainFile } from './home.ts'

/** The built program in a real terminal, as a person sees it. */
export interface TerminalRun {
  /** What the screen shows, line by line, without blanks at the ends. */
  screen(): string
  /** Waits until the screen shows a text; fails with the screen if it does not within ten seconds. */
  shows(text: string | RegExp): Promise<string>
  /** Waits until it does not show it any more. */
  sheds(text: string | RegExp): Promise<string>
  type(keys: string): void
  resize(columns: number, rows: number): void
  kill(signal: string): void
  /** The main screen is shown again, not the one of full-screen programs. */
  isRestored(): boolean
  /** All that was written so far. */
  written(): string
  ended(): Promise<number>
}

export const keys = {
  enter: '\r',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  tab: '\t',
  ctrlC: '\x03',
  ctrlF: '\x06',
} as const

export function openTerminal(
  home: Home,
  args: readonly string[],
  options: {
    columns?: number
    rows?: number
    cwd?: string
    env?: Record<string, string>
    /** Runs this program instead, with the arguments. */
    program?: string
  } = {},
): TerminalRun {
  const { columns: cols = 100, rows = 24, cwd = home.folder, env = {}, program } = options
  const { NO_COLOR: _, ...homeEnv } = home.env
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true })
  const started = program === undefined ? [mainFile, ...args] : [...args]
  const child = pty.spawn(program ?? process.execPath, started, {
    cols,
    rows,
    cwd,
    name: env.TERM ?? 'xterm-256color',
    env: { ...homeEnv, ...env },
  })
  let written = ''
  child.onData(data => {
    written += data
    terminal.write(data)
  })
  // A terminal answers what programs ask of it.
  terminal.onData(data => child.write(data))
  let code: number | undefined
  const ended = new Promise<number>(resolve => {
    child.onExit(({ exitCode, signal }) => {
      code = signal ? 128 + signal : exitCode
      resolve(code)
    })
  })
  onTestFinished(() => {
    if (code === undefined) child.kill('SIGKILL')
    terminal.dispose()
  })

  const screen = () => {
    const { active } = terminal.buffer
    const lines = Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    )
    return lines.join('\n').trimEnd()
  }
  const has = (text: string | RegExp) =>
    typeof text === 'string' ? screen().includes(text) : text.test(screen())
  const until = async (what: string, holds: () => boolean) => {
    const deadline = performance.now() + 10_000
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`${what}; the screen:\n${screen()}`)
      await sleep(15)
    }
    return screen()
  }
  return {
    screen,
    shows: text => until(`does not show ${text}`, () => has(text)),
    sheds: text => until(`still shows ${text}`, () => !has(text)),
    type: text => child.write(text),
    resize(columns, height) {
      child.resize(columns, height)
      terminal.resize(columns, height)
    },
    kill: signal => child.kill(signal),
    isRestored: () => terminal.buffer.active.type === 'normal',
    written: () => written,
    async ended() {
      const result = await ended
      // What was written last is drawn in the next turn.
      await new Promise<void>(resolve => terminal.write('', resolve))
      return result
    },
  }
}
