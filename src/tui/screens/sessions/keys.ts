import type { KeyTable } from '../../parts/keys.ts'

/** What only says where to look; the reducer does it all by itself. */
export type Move = 'up' | 'down' | 'page up' | 'page down' | 'first' | 'last'

/** What needs the row under the cursor, or the world. */
export type Action =
  | 'open'
  | 'resume'
  | 'select'
  | 'star'
  | 'tag'
  | 'rename'
  | 'delete'
  | 'erase'
  | 'undo'
  | 'copy'
  | 'answer'
  | 'help'
  | 'back'

export type Command = Move | Action | 'search' | 'scope' | 'text search'

/** In the list letters are commands. */
export const listKeys: KeyTable<Command> = [
  { keys: ['enter', 'r'], command: 'resume', shown: 'Enter r', does: 'resume' },
  { keys: ['?'], command: 'help', shown: '?', does: 'all keys' },
  { keys: ['q', 'escape'], command: 'back', shown: 'q Esc', does: 'back' },
  { keys: ['/'], command: 'search', shown: '/', does: 'search' },
  { keys: ['o'], command: 'open', shown: 'o', does: 'open' },
  { keys: ['space'], command: 'select', shown: 'Space', does: 'select' },
  { keys: ['s'], command: 'star', shown: 's', does: 'star' },
  { keys: ['t'], command: 'tag', shown: 't', does: 'tag' },
  { keys: ['e'], command: 'rename', shown: 'e', does: 'rename' },
  { keys: ['x'], command: 'delete', shown: 'x', does: 'delete' },
  { keys: ['u'], command: 'undo', shown: 'u', does: 'undo the last delete', isMinor: true },
  { keys: ['y'], command: 'copy', shown: 'y', does: 'copy the resume command' },
  { keys: ['a', 'ctrl+r'], command: 'scope', shown: 'a ^R', does: 'scope: all, here, …' },
  { keys: ['ctrl+f'], command: 'text search', shown: '^F', does: 'text search on, off' },
  { keys: ['up', 'k'], command: 'up', shown: '↑ k', does: 'up', isMinor: true },
  { keys: ['down', 'j'], command: 'down', shown: '↓ j', does: 'down', isMinor: true },
  { keys: ['page up'], command: 'page up', shown: 'PgUp', does: 'a screen up', isMinor: true },
  { keys: ['page down'], command: 'page down', shown: 'PgDn', does: 'a screen down', isMinor: true },
  { keys: ['home', 'g'], command: 'first', shown: 'Home g', does: 'to the newest', isMinor: true },
  { keys: ['end', 'G'], command: 'last', shown: 'End G', does: 'to the oldest', isMinor: true },
]

/** In the search line letters are text. */
export const searchKeys: KeyTable<Command | 'to list' | 'erase' | 'erase word' | 'erase all'> = [
  { keys: ['down', 'tab', 'enter'], command: 'to list', shown: '↓ Tab Enter', does: 'to the list' },
  { keys: ['ctrl+r'], command: 'scope', shown: '^R', does: 'scope: all, here, …' },
  { keys: ['ctrl+f'], command: 'text search', shown: '^F', does: 'text search on, off' },
  { keys: ['backspace', 'delete', 'ctrl+h'], command: 'erase', shown: '⌫', does: 'erase', isMinor: true },
  { keys: ['ctrl+w'], command: 'erase word', shown: '^W', does: 'erase a word', isMinor: true },
  { keys: ['ctrl+u'], command: 'erase all', shown: '^U', does: 'clear' },
  { keys: ['page up'], command: 'page up', shown: 'PgUp', does: 'a screen up', isMinor: true },
  { keys: ['page down'], command: 'page down', shown: 'PgDn', does: 'a screen down', isMinor: true },
  { keys: ['escape'], command: 'back', shown: 'Esc', does: 'back' },
]

/** While something is asked. */
export const promptKeys: KeyTable<'answer' | 'cancel' | 'erase' | 'erase word' | 'erase all'> = [
  { keys: ['enter'], command: 'answer', shown: 'Enter', does: 'yes' },
  { keys: ['escape'], command: 'cancel', shown: 'Esc', does: 'no' },
  { keys: ['backspace', 'delete', 'ctrl+h'], command: 'erase', shown: '⌫', does: 'erase', isMinor: true },
  { keys: ['ctrl+w'], command: 'erase word', shown: '^W', does: 'erase a word', isMinor: true },
  { keys: ['ctrl+u'], command: 'erase all', shown: '^U', does: 'clear', isMinor: true },
]
