import { setImmediate as nextTurn } from 'node:timers/promises'
import { cleanText } from '../../base/clean-text.ts'
import type { SessionMarks } from './marks.ts'

/** What a list of all sessions shows: no more than that, as there can be a hundred thousand of them. */
export interface BrowsedSession {
  readonly id: string
  readonly title: string | null
  readonly project: string | null
  readonly projectKey: string | null
  readonly type: string | null
  readonly machine: string | null
  readonly machineId: string | null
  readonly tool: string | null
  readonly cwd: string | null
  readonly resumeCwd: string | null
  readonly branch: string | null
  /** Milliseconds since 1970 UTC. */
  readonly endedAtMs: number | null
  readonly durationMin: number | null
  /** Ids with commas between them, in order of first use. */
  readonly models: string | null
  readonly totalTokens: number
  /**
   * Whole picodollars up to some thousand dollars, then rounded. A lower bound if `unpricedCount` is above 0; null if
   * nothing has a price.
   */
  readonly costPico: number | null
  readonly unpricedCount: number
  readonly isStarred: boolean
  readonly tags: readonly string[]
  /** What a search looks at: title, project, day, branch, type and tags as a person would type them, in lower case. */
  readonly haystack: string
}

/** What is a number in every session. */
export const numberNames = ['endedAtMs', 'durationMin', 'totalTokens', 'costPico', 'unpricedCount'] as const
export type NumberName = (typeof numberNames)[number]

/** Texts that many sessions have. */
export const sharedNames = [
  'project',
  'projectKey',
  'type',
  'machine',
  'machineId',
  'tool',
  'cwd',
  'resumeCwd',
  'branch',
  'models',
] as const
export type SharedName = (typeof sharedNames)[number]

/** Sessions by their place in the list, column by column: an object each, with all its fields, takes several times as much. */
export interface SessionColumns {
  readonly ids: string[]
  readonly titles: (string | null)[]
  /** NaN: not known. */
  readonly numbers: Readonly<Record<NumberName, Float64Array>>
  /** Which of the texts; -1: none. */
  readonly codes: Readonly<Record<SharedName, Int32Array>>
  readonly texts: Readonly<Record<SharedName, readonly string[]>>
}

/** Columns for so many sessions, to be filled. */
export function emptyColumns(count: number, texts: SessionColumns['texts']): SessionColumns {
  return {
    ids: new Array(count).fill(''),
    titles: new Array(count).fill(null),
    numbers: recordOf(numberNames, () => new Float64Array(count)),
    codes: recordOf(sharedNames, () => new Int32Array(count)),
    texts,
  }
}

export function recordOf<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<Name, Value>
}

interface ListSource {
  readonly columns: SessionColumns
  readonly marks: ReadonlyMap<string, SessionMarks>
  readonly dayOf: (ms: number) => string
}

/** So many are made between two turns for other work. */
const sliceRows = 4096

/** The sessions of the columns, but those that are deleted. */
export async function listSessions({ columns, marks, dayOf }: ListSource): Promise<BrowsedSession[]> {
  const sessions: BrowsedSession[] = []
  for (let place = 0; place < columns.ids.length; place++) {
    const said = marks.size === 0 ? undefined : marks.get(columns.ids[place] ?? '')
    if (!said?.isDeleted) sessions.push(new ListedSession(columns, place, said, dayOf))
    if (place % sliceRows === sliceRows - 1) await nextTurn()
  }
  return sessions
}

/** A session that knows where its fields are. */
class ListedSession implements BrowsedSession {
  readonly haystack: string
  private readonly columns: SessionColumns
  private readonly place: number
  private readonly said: SessionMarks | undefined

  constructor(
    columns: SessionColumns,
    place: number,
    said: SessionMarks | undefined,
    dayOf: (ms: number) => string,
  ) {
    this.columns = columns
    this.place = place
    this.said = said
    this.haystack = searchText(this, dayOf)
  }

  get id() {
    return this.columns.ids[this.place] ?? ''
  }
  get title() {
    return this.said?.name ?? this.columns.titles[this.place] ?? null
  }
  get project() {
    return this.text('project')
  }
  get projectKey() {
    return this.text('projectKey')
  }
  get type() {
    return this.text('type')
  }
  get machine() {
    return this.text('machine')
  }
  get machineId() {
    return this.text('machineId')
  }
  get tool() {
    return this.text('tool')
  }
  get cwd() {
    return this.text('cwd')
  }
  get resumeCwd() {
    return this.text('resumeCwd')
  }
  get branch() {
    return this.text('branch')
  }
  get models() {
    return this.text('models')
  }
  get endedAtMs() {
    return this.number('endedAtMs')
  }
  get durationMin() {
    return this.number('durationMin')
  }
  get totalTokens() {
    return this.number('totalTokens') ?? 0
  }
  get costPico() {
    return this.number('costPico')
  }
  get unpricedCount() {
    return this.number('unpricedCount') ?? 0
  }
  get isStarred() {
    return this.said?.isStarred ?? false
  }
  get tags() {
    return this.said?.tags ?? noTags
  }

  private text(name: SharedName): string | null {
    const { codes, texts } = this.columns
    return texts[name][codes[name][this.place] ?? -1] ?? null
  }

  private number(name: NumberName): number | null {
    const value = this.columns.numbers[name][this.place] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }
}

const noTags: readonly string[] = []

/** `haystack` of a session. `dayOf` names the day of an instant. */
export function searchText(session: Omit<BrowsedSession, 'haystack'>, dayOf: (ms: number) => string): string {
  const { title, project, endedAtMs, branch, type, tags } = session
  let text = cleanText(title ?? '')
  if (project) text += `\n${project}`
  if (endedAtMs !== null) text += `\n${dayOf(endedAtMs)}`
  if (branch) text += `\n${branch}`
  if (type) text += `\n${type}`
  if (tags.length > 0) text += `\n${tags.join('\n')}`
  return text.toLowerCase()
}
