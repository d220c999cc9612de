import { cleanText } from '../../base/clean-text.ts'
import { stampMs } from '../../base/clock.ts'
import type { StoredChange } from './change.ts'
import { defaultStatus, isTag, isWord } from './entry.ts'
import { type EntryKind, privateKinds } from './kinds.ts'

/** What somebody added to an entry, in the order of stamps. */
export interface Note {
  readonly at: string
  readonly author: string
  readonly text: string
}

/** A status an entry was given, from its creation on. */
export interface StatusChange {
  readonly at: string
  readonly author: string
  readonly status: string
}

/** An entry as all that was said about it makes it. Instants are ISO text. */
export interface Entry {
  readonly loggedAt: string
  readonly category: string
  readonly status: string
  readonly title: string
  /** Without the notes. */
  readonly text: string
  readonly notes: readonly Note[]
  readonly statuses: readonly StatusChange[]
  readonly tags: readonly string[]
  readonly isDeleted: boolean
  readonly createdBy: string
  readonly personId: string
  /** Null until somebody other than its creation says something. */
  readonly updatedAt: string | null
  readonly updatedBy: string | null
  readonly project: string | null
  readonly projectKey: string | null
  readonly sessionId: string | null
  readonly machineId: string | null
  readonly machineLabel: string | null
}

/**
 * Folds all changes of one entry. Their order and repetition do not matter: of each field the one with the highest stamp
 * holds (the higher hash of two with one stamp), all notes stay. What can't be understood is passed over.
 * Undefined where nobody created it, or that is not known here yet.
 */
export function foldEntry(changes: readonly StoredChange[]): Entry | undefined {
  const ordered = unique([...changes].sort(compareChanges))
  const creation = ordered.find(isCreation)
  if (!creation) return undefined
  const entry: Draft = {
    ...unsaid,
    loggedAt: loggedAtOf(creation),
    createdBy: nameOf(creation),
    personId: creation.actor,
    notes: [],
    statuses: [],
    tags: new Set<string>(),
  }
  applyCreation(entry, creation)
  for (const change of ordered) {
    const isLater = change.hlc > creation.hlc
    const isOverwritten = change.hlc < creation.hlc && createdFields.includes(change.kind)
    if (change === creation || isOverwritten || !applyChange(entry, change, isLater)) continue
    if (!isLater || unnoticed.includes(change.kind)) continue
    entry.updatedAt = instantOf(change)
    entry.updatedBy = nameOf(change)
  }
  return {
    ...entry,
    status: entry.status ?? defaultStatus(entry.category),
    tags: [...entry.tags].sort(),
  }
}

/** The text and the notes as one: what `log_entries.body` holds. Null where there is neither. */
export function renderBody({ text, notes }: Pick<Entry, 'text' | 'notes'>): string | null {
  const parts = notes.map(note => `[${utcText(note.at)}] ${cleanText(note.author)}: ${note.text}`)
  return [...(text === '' ? [] : [text]), ...parts].join('\n\n') || null
}

/** In the order of stamps; the hash decides where two are equal. */
export function compareChanges(a: StoredChange, b: StoredChange): number {
  return compareText(a.hlc, b.hlc) || compareText(a.payloadHash, b.payloadHash)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function unique(ordered: readonly StoredChange[]): StoredChange[] {
  return ordered.filter((change, index) => {
    const before = ordered[index - 1]
    return before?.hlc !== change.hlc || before.payloadHash !== change.payloadHash
  })
}

/** What a creation says, too: all else holds even if a broken clock put it before that. */
const createdFields: readonly string[] = ['title', 'body', 'category', 'status'] satisfies EntryKind[]

/** They change nothing that anybody would call a change. */
const unnoticed: readonly string[] = ['create', ...privateKinds]

const unsaid = {
  category: 'note',
  status: null,
  title: '',
  text: '',
  isDeleted: false,
  updatedAt: null,
  updatedBy: null,
  project: null,
  projectKey: null,
  sessionId: null,
  machineId: null,
  machineLabel: null,
}

type Draft = {
  -readonly [field in keyof Entry]: field extends 'tags'
    ? Set<string>
    : field extends 'notes'
      ? Note[]
      : field extends 'statuses'
        ? StatusChange[]
        : field extends 'status'
          ? string | null
          : Entry[field]
}

/** Answers whether it says anything. */
function applyChange(entry: Draft, change: StoredChange, isLater: boolean): boolean {
  const { kind, value } = change
  if (value === null) return false
  switch (kind) {
    case 'create':
      if (isLater && isCreation(change)) applyCreation(entry, change)
      return true
    case 'title':
    case 'body':
      entry[kind === 'body' ? 'text' : kind] = value
      return true
    case 'category':
      if (isWord(value)) entry.category = value
      return isWord(value)
    case 'status':
      if (!isWord(value)) return false
      if (!isLater) entry.statuses = []
      entry.statuses.push({ at: instantOf(change), author: nameOf(change), status: value })
      entry.status = value
      return true
    case 'note':
      entry.notes.push({ at: instantOf(change), author: nameOf(change), text: value })
      return true
    case 'tag':
      if (isTag(value)) entry.tags.add(value)
      return isTag(value)
    case 'untag':
      return entry.tags.delete(value)
    case 'deleted':
      entry.isDeleted = value === 'true'
      return true
    case 'session':
      entry.sessionId = value
      return true
    case 'place': {
      const place = objectIn(value)
      entry.projectKey ??= textIn(place, 'project_key')
      entry.machineId = textIn(place, 'machine_id')
      return place !== undefined
    }
    default:
      return false
  }
}

function isCreation({ kind, value }: StoredChange): boolean {
  return kind === 'create' && value !== null && objectIn(value) !== undefined
}

function loggedAtOf(creation: StoredChange): string {
  const ms = Date.parse(textIn(objectIn(creation.value ?? ''), 'logged_at') ?? '')
  return Number.isNaN(ms) ? instantOf(creation) : new Date(ms).toISOString()
}

/**
 * What a creation says. There is mostly one; where an older tool's copy of an entry was taken up before the entry itself
 * was known, there are two, and the later one knows more.
 */
function applyCreation(entry: Draft, change: StoredChange): void {
  const said = objectIn(change.value ?? '')
  const word = (name: string) => {
    const text = textIn(said, name)
    return text !== null && isWord(text) ? text : null
  }
  const status = word('status')
  if (status !== null) entry.statuses.push({ at: instantOf(change), author: nameOf(change), status })
  entry.status = status ?? entry.status
  entry.category = word('category') ?? entry.category
  entry.title = textIn(said, 'title') ?? entry.title
  entry.text = textIn(said, 'body') ?? entry.text
  entry.project = textIn(said, 'project') ?? entry.project
  entry.projectKey = textIn(said, 'project_key') ?? entry.projectKey
  entry.machineLabel = textIn(said, 'machine') ?? entry.machineLabel
  const tags: readonly unknown[] = Array.isArray(said?.tags) ? said.tags : []
  for (const tag of tags) if (typeof tag === 'string' && isTag(tag)) entry.tags.add(tag)
}

function objectIn(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function textIn(object: Readonly<Record<string, unknown>> | undefined, name: string): string | null {
  const value = object?.[name]
  // JSON can spell what no text may hold.
  return typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : null
}

function nameOf({ actorName }: StoredChange): string {
  return cleanText(actorName) || 'unknown'
}

function instantOf({ hlc }: StoredChange): string {
  return new Date(stampMs(hlc)).toISOString()
}

/** `2026-11-20 12:31 UTC` */
function utcText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
