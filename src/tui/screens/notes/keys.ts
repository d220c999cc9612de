import type { KeyTable } from '../../parts/keys.ts'

export type NotesCommand =
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'first'
  | 'last'
  | 'read'
  | 'log'
  | 'note'
  | 'status'
  | 'edit'
  | 'tags'
  | 'delete'
  | 'undelete'
  | 'search'
  | 'category'
  | 'status filter'
  | 'view'
  | 'help'
  | 'back'

/** In the list, the inbox and an open entry. Text fields have keys of their own: see `draftHint`. */
export const notesKeys: KeyTable<NotesCommand> = [
  { keys: ['l'], command: 'log', shown: 'l', does: 'log', inFull: 'log a new entry' },
  {
    keys: ['e'],
    command: 'edit',
    shown: 'e',
    does: 'edit',
    inFull: 'change its title, text, category, status, tags',
  },
  { keys: ['s'], command: 'status', shown: 's', does: 'status', inFull: 'give it another status' },
  { keys: ['n'], command: 'note', shown: 'n', does: 'note', inFull: 'add a note to it' },
  {
    keys: ['/'],
    command: 'search',
    shown: '/',
    does: 'find',
    inFull: 'find words in titles, texts, tags, projects and names',
  },
  {
    keys: ['tab', 'i'],
    command: 'view',
    shown: 'Tab',
    does: 'inbox',
    inFull: 'what others changed; seen once it is left',
  },
  { keys: ['?'], command: 'help', shown: '?', does: 'keys' },
  { keys: ['q', 'escape'], command: 'back', shown: 'q', does: 'back' },
  { keys: ['enter'], command: 'read', shown: 'Enter', does: 'read the whole entry', isMinor: true },
  { keys: ['c'], command: 'category', shown: 'c', does: 'filter by category', isMinor: true },
  {
    keys: ['f'],
    command: 'status filter',
    shown: 'f',
    does: 'filter by status; shows deleted ones, too',
    isMinor: true,
  },
  { keys: ['t'], command: 'tags', shown: 't', does: 'change its tags', isMinor: true },
  {
    keys: ['x'],
    command: 'delete',
    shown: 'x',
    does: 'delete it for everybody: asks, and it can come back',
    isMinor: true,
  },
  {
    keys: ['u'],
    command: 'undelete',
    shown: 'u',
    does: 'bring back what was deleted: the chosen one, else the last one',
    isMinor: true,
  },
  { keys: ['up', 'k'], command: 'up', shown: '↑', does: 'up', isMinor: true },
  { keys: ['down', 'j'], command: 'down', shown: '↓', does: 'down', isMinor: true },
  { keys: ['page up'], command: 'page up', shown: 'Page ↑', does: 'a page up', isMinor: true },
  { keys: ['page down', 'space'], command: 'page down', shown: 'Page ↓', does: 'a page down', isMinor: true },
  { keys: ['home', 'g'], command: 'first', shown: 'Home', does: 'to the beginning', isMinor: true },
  { keys: ['end', 'G'], command: 'last', shown: 'End', does: 'to the end', isMinor: true },
]

export const searchHint = 'type to find · Enter to the list · Esc all'
export const statusHint = '←→ choose · Enter set · Esc leave it'
export const draftHint = '^S keep · Tab next field · ^O text in $EDITOR · Esc throw away'
export const deleteHint = 'y delete it · any other key leaves it'
