/** What can be said of an entry. Of other programs there may be more; those are kept and passed on. */
export const entryKinds = [
  'create',
  'title',
  'body',
  'category',
  'status',
  'note',
  'tag',
  'untag',
  'deleted',
  'session',
  'place',
] as const

export type EntryKind = (typeof entryKinds)[number]

/** Kinds that never go to a team's remote: they say in which session, on which machine and in which folder. */
export const privateKinds: readonly string[] = ['session', 'place'] satisfies EntryKind[]

/** What a change to an entry is about, as `changes.subject` has it. */
export function entrySubject(id: string): string {
  return `entry:${id}`
}

/** The id of the entry, or undefined where the subject is something else. */
export function entryIdOf(subject: string): string | undefined {
  return subject.startsWith('entry:') ? subject.slice('entry:'.length) : undefined
}

/** Changes of these kinds overwrite each other: the newest of them holds. Of notes and creations all stay. */
export function sameField(kind: string): readonly string[] {
  return kind === 'tag' || kind === 'untag' ? ['tag', 'untag'] : [kind]
}
