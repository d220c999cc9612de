import type { KeyTable } from '../../parts/keys.ts'
import type { Destination } from '../../screen.ts'

/** Where the menu leads, in its order. */
export const places: readonly { readonly label: string; readonly value: Destination }[] = [
  { label: '1 Resume a session', value: { screen: 'sessions' } },
  { label: '2 Summary', value: { screen: 'summary' } },
  { label: '3 Notes & inbox', value: { screen: 'notes' } },
]

/** Below the places stands how to leave. */
const lines = places.length + 1

export const menuKeys: KeyTable<MenuCommand> = [
  { keys: ['enter'], command: 'choose', shown: '1-3 ↑↓ Enter', does: 'choose' },
  { keys: ['1'], command: 'first', shown: '1', does: 'the sessions', isMinor: true },
  { keys: ['2'], command: 'second', shown: '2', does: 'the summary', isMinor: true },
  { keys: ['3'], command: 'third', shown: '3', does: 'notes and inbox', isMinor: true },
  { keys: ['up', 'k'], command: 'up', shown: '↑ k', does: 'up', isMinor: true },
  { keys: ['down', 'j'], command: 'down', shown: '↓ j', does: 'down', isMinor: true },
  { keys: ['q', 'escape'], command: 'quit', shown: 'q Esc', does: 'quit' },
  { keys: ['?'], command: 'help', shown: '?', does: 'all keys' },
]

export type MenuCommand = 'choose' | 'first' | 'second' | 'third' | 'up' | 'down' | 'quit' | 'help'

/** The line that is chosen after a key, from 0 on; the first follows the last. */
export function chosenAfter(chosen: number, command: MenuCommand): number {
  if (command === 'up') return (chosen + lines - 1) % lines
  return command === 'down' ? (chosen + 1) % lines : chosen
}

/** Where a key leads to from the chosen line; undefined: out. */
export function placeOf(chosen: number, command: MenuCommand): Destination | undefined {
  const at = { first: 0, second: 1, third: 2, choose: chosen } as const
  return command in at ? places[at[command as keyof typeof at]]?.value : undefined
}
