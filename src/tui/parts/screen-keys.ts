import { useInput, usePaste } from 'ink'
import { createContext, useContext, useEffect, useRef, useState } from 'react'
import { createKeyQueue, type KeyQueue, type Stroke } from './key-queue.ts'
import { commandOf, type KeyTable, keyNames } from './keys.ts'
import { useStop } from './terminal-modes.ts'

/** What is typed at the program, whose screens take it one after the other; undefined: a screen stands alone. */
export const ProgramKeys = createContext<KeyQueue | undefined>(undefined)

/** What is typed while this is active. It listens all the time, so that the terminal never leaves its raw mode. */
export function useKeyQueue({ isActive }: { isActive: boolean }): KeyQueue {
  const [queue] = useState(createKeyQueue)
  const stop = useStop()
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) {
        if (name === 'ctrl+z') stop()
        else queue.push({ kind: 'key', name })
      }
    },
    { isActive },
  )
  usePaste(text => queue.push({ kind: 'paste', text }), { isActive })
  return queue
}

/** What is typed for a screen: the program's, or where it stands alone its own. */
export function useScreenKeys({ isActive }: { isActive: boolean }): KeyQueue {
  const shared = useContext(ProgramKeys)
  const own = useKeyQueue({ isActive: isActive && shared === undefined })
  return shared ?? own
}

/**
 * Takes what is typed while the screen is active. What `take` leaves (false) waits, with all behind it: for the next screen,
 * or for this one once `isLeaving` is not so any more.
 */
export function useStrokes(
  take: (stroke: Stroke) => boolean,
  { isActive, isLeaving = false }: { isActive: boolean; isLeaving?: boolean },
): void {
  const keys = useScreenKeys({ isActive })
  const taker = useRef(take)
  taker.current = take
  useEffect(
    () => (isActive && !isLeaving ? keys.listen(stroke => taker.current(stroke)) : undefined),
    [keys, isActive, isLeaving],
  )
}

/** Listens to the keys of a table while the screen is active. What is pasted is text and never a command. */
export function useKeys<Command extends string>(
  table: KeyTable<Command>,
  onCommand: (command: Command) => void,
  { isActive }: { isActive: boolean },
): void {
  useStrokes(
    stroke => {
      const command = stroke.kind === 'key' ? commandOf(table, stroke.name) : undefined
      if (command !== undefined) onCommand(command)
      return true
    },
    { isActive },
  )
}
