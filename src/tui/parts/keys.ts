import type { Key } from 'ink'

/** One command of a screen. The table of a screen decides what a key does, and is what `?` and the hints show. */
export interface KeyBinding<Command extends string> {
  /** Names as `keyNames` gives them. */
  readonly keys: readonly string[]
  readonly command: Command
  /** How the keys are shown: `↑↓`. */
  readonly shown: string
  readonly does: string
  /** What `?` says where the hint is too short to be understood alone. */
  readonly inFull?: string
  /** Left out of the hints at the bottom; `?` shows it. */
  readonly isMinor?: boolean
}

export type KeyTable<Command extends string> = readonly KeyBinding<Command>[]

const named = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'page up',
  pageDown: 'page down',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'escape',
  tab: 'tab',
  backspace: 'backspace',
  delete: 'delete',
} as const satisfies Partial<Record<keyof Key, string>>

/**
 * The keys of one event: `up`, `enter`, `ctrl+f`, `space`, or the character. Of held or fast keys several characters come
 * in one event, each of which is a key.
 */
export function keyNames(input: string, key: Key): string[] {
  for (const [flag, name] of Object.entries(named)) {
    if (key[flag as keyof typeof named]) return [key.shift && name === 'tab' ? 'shift+tab' : name]
  }
  if (key.ctrl) return [`ctrl+${input}`]
  if (key.meta) return []
  return Array.from(input, character => nameOf(character))
}

/** A control character that came among others is the key that sends it. */
function nameOf(character: string): string {
  switch (character) {
    case ' ':
      return 'space'
    case '\r':
    case '\n':
      return 'enter'
    case '\t':
      return 'tab'
    case '\x7f':
    case '\b':
      return 'backspace'
    default:
      return character < ' ' ? `ctrl+${String.fromCharCode(character.charCodeAt(0) + 96)}` : character
  }
}

/** What a key, by its name, does in a table. */
export function commandOf<Command extends string>(
  table: KeyTable<Command>,
  name: string,
): Command | undefined {
  return table.find(({ keys }) => keys.includes(name))?.command
}
