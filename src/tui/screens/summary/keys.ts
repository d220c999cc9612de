import type { KeyTable } from '../../parts/keys.ts'
import type { Breakdown } from './state.ts'

export type SummaryCommand =
  | 'day'
  | 'month'
  | 'year'
  | 'before'
  | 'after'
  | 'now'
  | 'amount'
  | 'next breakdown'
  | 'last breakdown'
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'open'
  | 'help'
  | 'back'

export const summaryKeys: KeyTable<SummaryCommand> = [
  { keys: ['left'], command: 'before', shown: '←→', does: 'time', inFull: 'the time before and after' },
  { keys: ['right'], command: 'after', shown: '→', does: 'the time after', isMinor: true },
  {
    keys: ['h'],
    command: 'day',
    shown: 'h d m',
    does: 'unit',
    inFull: 'by hours of a day, days of a month, months of a year',
  },
  { keys: ['d'], command: 'month', shown: 'd', does: 'days of a month', isMinor: true },
  { keys: ['m'], command: 'year', shown: 'm', does: 'months of a year', isMinor: true },
  { keys: ['t'], command: 'amount', shown: 't', does: 'tokens/cost' },
  {
    keys: ['b', 'tab'],
    command: 'next breakdown',
    shown: 'b',
    does: 'bars',
    inFull: 'bars by project, model, component, session type, machine',
  },
  {
    keys: ['enter'],
    command: 'open',
    shown: 'Enter',
    does: 'sessions',
    inFull: 'the sessions behind the chosen bar',
  },
  { keys: ['?'], command: 'help', shown: '?', does: 'keys' },
  { keys: ['q', 'escape'], command: 'back', shown: 'q', does: 'back' },
  {
    keys: ['B', 'shift+tab'],
    command: 'last breakdown',
    shown: 'B',
    does: 'bars by …, backwards',
    isMinor: true,
  },
  { keys: ['n'], command: 'now', shown: 'n', does: 'the present time', isMinor: true },
  { keys: ['up', 'k'], command: 'up', shown: '↑', does: 'the bar above', isMinor: true },
  { keys: ['down', 'j'], command: 'down', shown: '↓', does: 'the bar below', isMinor: true },
  { keys: ['page up', 'home'], command: 'page up', shown: 'Page ↑', does: 'ten bars up', isMinor: true },
  { keys: ['page down', 'end'], command: 'page down', shown: 'Page ↓', does: 'ten bars down', isMinor: true },
]

/** What the bars stand for, as their heading says it. */
export const breakdownNames: Readonly<Record<Breakdown, string>> = {
  project: 'project',
  model: 'model',
  component: 'component',
  type: 'session type',
  machine: 'machine',
}
