import { parseDate } from '../../../base/dates.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { BookRow } from './book.ts'
import type { Here } from './data.ts'

export const scopes = ['all', 'project', 'directory', 'machine'] as const
/** Which sessions the list is about. */
export type Scope = (typeof scopes)[number]

/** What a search line asks for. */
export interface Query {
  /** Words, as they were typed, that must all be in title, project, day, branch, type or tags; or in what was said. */
  readonly terms: readonly string[]
  /** Filters like `cost:>5`, which must all hold. */
  readonly tests: readonly Test[]
  /** Filters whose value nobody understands, or does not yet: they narrow nothing. */
  readonly odd: readonly string[]
}

/** Whether a row may be in the list. */
export type Test = (row: BookRow) => boolean

export interface QueryContext {
  readonly clock: ZoneClock
  readonly nowMs: number
  readonly isGone: (row: BookRow) => boolean
}

/**
 * Reads a search line. Words with a known name before a colon are filters; a value in quotes may hold blanks. A filter that is
 * not written to its end, or that nobody knows, narrows nothing: it is looked for as text only if its name is unknown.
 */
export function parseQuery(text: string, context: QueryContext): Query {
  const terms: string[] = []
  const tests: Test[] = []
  const odd: string[] = []
  for (const [whole, name, quoted, plain = ''] of text.matchAll(
    /(?:([a-z]+):)?(?:"([^"]*)"?|(\S+)|(?<=:))/gi,
  )) {
    const value = quoted ?? plain
    if (name === undefined || !isFilter(name.toLowerCase())) {
      const term = name === undefined ? value : whole
      if (term !== '') terms.push(term)
    } else if (value !== '') {
      const test = filters[name.toLowerCase() as FilterName](value.toLowerCase(), context)
      if (test) tests.push(test)
      else odd.push(whole)
    }
  }
  return { terms, tests, odd }
}

type FilterName = 'project' | 'model' | 'type' | 'machine' | 'branch' | 'date' | 'cost' | 'tag' | 'is'

const filters: Readonly<Record<FilterName, (value: string, context: QueryContext) => Test | undefined>> = {
  project: value => row => has(row.project, value) || has(row.projectKey, value),
  model: value => row => has(row.models, value),
  type: value => row => has(row.type, value),
  machine: value => row => has(row.machine, value) || row.machineId?.toLowerCase() === value,
  branch: value => row => has(row.branch, value),
  tag: value => row => row.tags.some(tag => tag.toLowerCase().startsWith(value)),
  date: dateTest,
  cost: costTest,
  is: (value, { isGone }) => {
    if (value === 'starred') return row => row.isStarred
    return value === 'gone' ? isGone : undefined
  },
}

function isFilter(name: string): boolean {
  return Object.hasOwn(filters, name)
}

function has(text: string | null, part: string): boolean {
  return text?.toLowerCase().includes(part) ?? false
}

/** `<7d` is younger than seven days, `<2026-11` before November; without a sign those at work in that day, month or year. */
function dateTest(value: string, { clock, nowMs }: QueryContext): Test | undefined {
  const [, sign = '', words = ''] = /^([<>]?)=?(.*)$/.exec(value) ?? []
  const isAge = /^\d+(min|h|d|w|m)$/.test(words)
  const at = (edge: 'since' | 'until') => parseDate(words, { nowMs, zone: clock.zone, edge })
  try {
    const [since, until] = [at('since'), at('until')]
    const isYounger = sign === '' ? isAge : (sign === '<') === isAge
    return ({ endedAtMs, durationMin }) => {
      if (endedAtMs === null) return false
      // As `csl sessions --since … --until …`: a session over midnight is one of both days.
      const startedAtMs = endedAtMs - (durationMin ?? 0) * 60_000
      if (sign === '' && !isAge) return endedAtMs >= since && startedAtMs < until
      // Later than the end of a named day; an age has one instant for both edges.
      return isYounger ? endedAtMs >= until : endedAtMs < since
    }
  } catch {
    return undefined
  }
}

/** Dollars: `>5`, `<0.5`; without a sign at least as much. */
function costTest(value: string): Test | undefined {
  const [, sign = '>', digits] = /^([<>]?)=?\$?(\d+(?:\.\d*)?|\.\d+)$/.exec(value) ?? []
  if (digits === undefined) return undefined
  const limit = Number(digits) * 1e12
  return ({ costPico }) => costPico !== null && (sign === '<' ? costPico < limit : costPico >= limit)
}

/** The rows of a scope. */
export function scopeTest(scope: Scope, here: Here): Test | undefined {
  switch (scope) {
    case 'all':
      return undefined
    case 'project':
      return row =>
        here.projectKey === null ? row.project === here.project : row.projectKey === here.projectKey
    case 'directory':
      return row => row.cwd === here.cwd || row.resumeCwd === here.cwd
    case 'machine':
      return row => row.machineId === here.machineId
    default:
      return scope satisfies never
  }
}

/** The numbers of the rows that fit by what is known of them, in their order. */
export function findHits(
  rows: readonly BookRow[],
  { terms, tests }: Pick<Query, 'terms' | 'tests'>,
  { scope }: { scope: Test | undefined },
): number[] {
  const words = terms.map(term => term.toLowerCase())
  if (terms.length === 0 && tests.length === 0 && !scope) return Array.from(rows.keys())
  const hits: number[] = []
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]
    if (!row || (scope && !scope(row))) continue
    if (!words.every(word => row.haystack.includes(word) || isIdOf(row, word))) continue
    if (tests.every(test => test(row))) hits.push(index)
  }
  return hits
}

/** The beginning of an id, as commands take it. */
function isIdOf({ id }: BookRow, word: string): boolean {
  return word.length >= 4 && id.startsWith(word)
}
