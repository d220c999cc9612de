import type { KeyTable } from '../../parts/keys.ts'

export type ViewerCommand =
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'halfDown'
  | 'halfUp'
  | 'start'
  | 'end'
  | 'nextTurn'
  | 'previousTurn'
  | 'nextPrompt'
  | 'previousPrompt'
  | 'search'
  | 'nextHit'
  | 'previousHit'
  | 'thinking'
  | 'results'
  | 'turn'
  | 'facts'
  | 'asides'
  | 'nextTranscript'
  | 'previousTranscript'
  | 'subagent'
  | 'saveMarkdown'
  | 'saveJson'
  | 'help'
  | 'back'

/** The keys of the viewer, most of them those of pagers. The hints show as many as fit, in this order. */
export const viewerKeys: KeyTable<ViewerCommand> = [
  { keys: ['q', 'escape'], command: 'back', shown: 'q Esc', does: 'back' },
  { keys: ['/'], command: 'search', shown: '/', does: 'search' },
  { keys: [']', 'tab'], command: 'nextPrompt', shown: '] Tab', does: 'next prompt' },
  { keys: ['t'], command: 'thinking', shown: 't', does: 'thinking' },
  { keys: ['r'], command: 'results', shown: 'r', does: 'results' },
  { keys: ['enter'], command: 'turn', shown: 'Enter', does: 'open the turn at the top' },
  { keys: ['i'], command: 'facts', shown: 'i', does: 'times, models, tokens' },
  { keys: ['?'], command: 'help', shown: '?', does: 'all keys' },
  { keys: ['[', 'shift+tab'], command: 'previousPrompt', shown: '[', does: 'previous prompt', isMinor: true },
  { keys: ['n'], command: 'nextHit', shown: 'n', does: 'next place with what was searched', isMinor: true },
  { keys: ['N'], command: 'previousHit', shown: 'N', does: 'previous place', isMinor: true },
  { keys: ['down', 'j'], command: 'down', shown: '↓ j', does: 'a row down', isMinor: true },
  { keys: ['up', 'k'], command: 'up', shown: '↑ k', does: 'a row up', isMinor: true },
  {
    keys: ['page down', 'space', 'f'],
    command: 'pageDown',
    shown: 'Space f',
    does: 'a page down',
    isMinor: true,
  },
  { keys: ['page up', 'b'], command: 'pageUp', shown: 'b', does: 'a page up', isMinor: true },
  { keys: ['d', 'ctrl+d'], command: 'halfDown', shown: 'd', does: 'half a page down', isMinor: true },
  { keys: ['u', 'ctrl+u'], command: 'halfUp', shown: 'u', does: 'half a page up', isMinor: true },
  { keys: ['home', 'g'], command: 'start', shown: 'Home g', does: 'to the beginning', isMinor: true },
  { keys: ['end', 'G'], command: 'end', shown: 'End G', does: 'to the end, and stay there', isMinor: true },
  { keys: ['}', 'J'], command: 'nextTurn', shown: '} J', does: 'next turn', isMinor: true },
  { keys: ['{', 'K'], command: 'previousTurn', shown: '{ K', does: 'previous turn', isMinor: true },
  { keys: ['right', '>'], command: 'nextTranscript', shown: '→ >', does: 'next transcript', isMinor: true },
  { keys: ['left', '<'], command: 'previousTranscript', shown: '← <', does: 'previous one', isMinor: true },
  {
    keys: ['a'],
    command: 'subagent',
    shown: 'a',
    does: 'transcript of the subagent at the top',
    isMinor: true,
  },
  { keys: ['A'], command: 'asides', shown: 'A', does: 'subagents in this file', isMinor: true },
  { keys: ['m'], command: 'saveMarkdown', shown: 'm', does: 'save as Markdown', isMinor: true },
  { keys: ['s'], command: 'saveJson', shown: 's', does: 'save as JSON', isMinor: true },
]
