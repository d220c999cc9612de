import type { ReadableTable, SyncedTable } from '../store/tables.ts'

/** A state of one writer's rows of one table: all rows up to `seq` were taken in. */
export interface Mark {
  readonly seq: number
  /**
   * A random name the writer gave to this state before it pushed it. A copy of its database file that went on by
   * itself knows another one, also where its numbers happen to fit.
   */
  readonly token: string
}

/** What a remote says it holds of a writer: `at` is when that writer pushed last, ISO 8601 in UTC. */
export interface Held extends Mark {
  readonly at: string | null
}

/** What a remote holds of every writer, by writer id. Retention of rows there does not lower it. */
export type VersionVector = ReadonlyMap<string, Held>

/** What a remote says of itself and of one table, in one question. */
export interface Known {
  /** Minted when the remote was made: what is known of another database under this name does not hold for this one. */
  readonly remoteId: string
  readonly vector: VersionVector
  /** The person an `all` remote belongs to; null while nobody has joined it. */
  readonly personId: string | null
  readonly older: OlderState
  /** Rows of what the remote says of itself that can't be true. They are passed over. */
  readonly oddRows: number
}

/** How many readable rows there an older tool wrote or changed, and nobody has written over since. */
export interface OlderState {
  readonly rows: number
  /** Another one when they are others, or say something else. */
  readonly state: string
}

/** Which of them: those of higher ids, at most `limit` of each kind. */
export interface OlderPage {
  readonly limit: number
  readonly afterEntry: string
  readonly afterSession: string
}

/** Rows on their way, as text: see row-text.ts. */
export interface RowBatch {
  readonly count: number
  readonly text: string
}

/** Rows for people to read, which replace all rows of the same ids. */
export interface ReadableRows extends RowBatch {
  readonly table: ReadableTable
  readonly ids: readonly string[]
}

/** Rows of one writer and table, in ascending `seq`, and the states before and after them. */
export interface PushBatch {
  readonly table: SyncedTable
  readonly writerId: string
  /** What the remote must hold of the writer for the batch to fit; null: nothing. */
  readonly from: Mark | null
  readonly to: Mark
  readonly rows: RowBatch
  /** Keys, without the writer, of rows of which the remote may hold an older version. */
  readonly replaces: RowBatch
}

/** Rows of other writers, in ascending (writer, seq), and how far each writer's have come with them. */
export interface PulledBatch {
  readonly rows: RowBatch
  readonly upTo: ReadonlyMap<string, number>
}

export type TextRow = Readonly<Record<string, string | null>>

/** Rows of an older tool, with the columns it knew; instants in milliseconds. */
export interface OlderRows {
  readonly entries: readonly TextRow[]
  readonly sessions: readonly TextRow[]
  /** The models of those sessions. */
  readonly models: readonly TextRow[]
}

/**
 * A place rows are exchanged with. Every verb is one transaction there and may be repeated: a crash costs time, never
 * rows. Rows that come from it are other people's: to be checked by who takes them in.
 */
export interface Remote {
  readonly name: string
  /**
   * What it knows of a table. Makes or updates its schema where that is missing or old.
   * Throws RemoteNewerError where a newer program wrote it.
   */
  known(table: SyncedTable): Promise<Known>
  /** Takes a batch in and moves the writer's mark; throws RemoteMovedError, changing nothing, if `from` is not its mark. */
  push(batch: PushBatch): Promise<void>
  /** Replaces readable rows. */
  publish(rows: readonly ReadableRows[]): Promise<void>
  /**
   * Rows of the writers in `wanted` (writer id → the mark to reach, and the seq that is here already), at most
   * `limit` a batch.
   */
  pull(
    table: SyncedTable,
    wanted: ReadonlyMap<string, { readonly after: number; readonly upTo: number }>,
    limit: number,
  ): AsyncIterable<PulledBatch>
  /** Makes the remote this person's, if it is nobody's yet. Answers whose it is then. */
  claim(personId: string): Promise<string>
  /** Removes a writer's measured rows, and the readable rows made of them, that are older than an instant (ISO 8601). */
  retire(writerId: string, before: string): Promise<void>
  /** What an older tool wrote or changed in the readable tables, in ascending ids; cells as text, by column. */
  olderRows(page: OlderPage): Promise<OlderRows>
  release(): Promise<void>
  /** Whether the same again may work: the network, a lock, a conflict. */
  isTransient(error: unknown): boolean
}

/** The remote holds another state of this writer than the batch was made for: somebody else pushed under its name. */
export class RemoteMovedError extends Error {
  constructor() {
    super('the remote holds another state of this writer')
    this.name = 'RemoteMovedError'
  }
}
