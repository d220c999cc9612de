import type { WriteStream } from 'node:tty'
import { useApp, useStdout } from 'ink'
import { useCallback, useLayoutEffect } from 'react'

/**
 * How the terminal is while screens are drawn: a line that it takes for wider than we do (emoji, scripts it measures
 * otherwise) ends at the edge and moves no other line; the wheel is arrow keys. And as it was before: many terminals have
 * the wheel like that from the start, and pagers count on it, so it is saved and given back (XTSAVE, XTRESTORE).
 */
const whileDrawn = '\x1b[?7l\x1b[?1007s\x1b[?1007h'
const asBefore = '\x1b[?7h\x1b[?1007r'

/** Holds the terminal in these modes. Ink takes what it draws away however the program ends, and the modes go with it. */
export function useTerminalModes(): void {
  const { stdout } = useStdout()
  useLayoutEffect(() => {
    if (!isTerminal(stdout)) return
    stdout.write(whileDrawn)
    return () => {
      stdout.write(asBefore)
    }
  }, [stdout])
}

/** Gives the terminal to another program for as long as `work` takes, as it was before. */
export function useHandOver(): (work: () => void) => Promise<void> {
  const { suspendTerminal } = useApp()
  const { stdout } = useStdout()
  return useCallback(
    work =>
      suspendTerminal(() => {
        if (isTerminal(stdout)) stdout.write(asBefore)
        try {
          work()
        } finally {
          if (isTerminal(stdout)) stdout.write(whileDrawn)
        }
      }),
    [suspendTerminal, stdout],
  )
}

/** Stops the program as Ctrl-Z does: the shell has the terminal until the program is brought back. */
export function useStop(): () => void {
  const handOver = useHandOver()
  const { stdout } = useStdout()
  return useCallback(() => {
    if (process.platform === 'win32' || !isTerminal(stdout)) return
    // All that runs with us, as the shell sees it: it waits for everything it started in this line.
    handOver(() => process.kill(0, 'SIGTSTP')).catch(() => undefined)
  }, [handOver, stdout])
}

/** Tests draw on something else. */
function isTerminal(stream: object): boolean {
  return (stream as Partial<WriteStream>).isTTY === true
}
