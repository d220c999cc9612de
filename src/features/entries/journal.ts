import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { errorText, UserError } from '../../base/errors.ts'
import { makeDataFolder, makePrivate } from '../../base/private.ts'
import type { Meta } from '../../store/meta.ts'
import type { Db } from '../../store/query.ts'
import type { Writer } from '../../store/writer.ts'
import { type Change, readChange } from './change.ts'
import { addOwnChanges, type Touched } from './changes.ts'

// What people say is the only thing that transcripts can't rebuild. So every change of theirs stands in a file of lines
// before it counts, and the one way for it into the database is to be read from there.

/** Where the last whole line that was read ends, how large the file was then, and which file it was. */
const offsetKey = 'journal_offset'
/** The last lines: some hundreds, and surely one. */
const tailBytes = 1 << 22
const newline = 0x0a

/**
 * Adds changes to the journal and waits until they are on the disk: they count from here on, whatever becomes of this
 * process. All in one write, so that two processes never mix their lines; what a kill tore before is ended first.
 */
export function appendToJournal(file: string, changes: readonly Change[]): void {
  makeDataFolder(path.dirname(file))
  makePrivate(file)
  const handle = openSync(file, 'a+', 0o600)
  try {
    const lines = changes.map(change => `${JSON.stringify(lineOf(change))}\n`).join('')
    const { size } = fstatSync(handle)
    const text = Buffer.from(`${endsLine(handle, size) ? '' : '\n'}${lines}`)
    const written = writeSync(handle, text)
    if (written < text.length) {
      // Half of what was said is nothing that was said.
      if (fstatSync(handle).size === size + written) ftruncateSync(handle, size)
      throw new Error(`only ${written} of ${text.length} bytes could be written`)
    }
    fsyncSync(handle)
  } catch (error) {
    throw new UserError(`cannot write to ${file}: ${errorText(error)}`, 'nothing was kept: try it again')
  } finally {
    closeSync(handle)
  }
}

/** The newest stamp among the last lines: what a process goes by that can't ask the database. */
export function lastJournalStamp(file: string): string | null {
  const size = sizeOf(file)
  if (size === 0) return null
  const { lines } = readLines(file, Math.max(0, size - tailBytes))
  const stamps = lines.flatMap(line => parseLine(line)?.hlc ?? [])
  return stamps.reduce<string | null>((last, hlc) => (last === null || hlc > last ? hlc : last), null)
}

/** Has the journal read from its start when the database is opened next; what is known changes nothing. */
export async function forgetPlaceInJournal(meta: Meta): Promise<void> {
  await meta.set(offsetKey, '')
}

/**
 * Adds what another copy of the journal holds and this one lacks, in its order. Answers how many changes that were. Lines that
 * can't be read are left out.
 */
export function addMissingToJournal(file: string, other: string): number {
  const known = new Set(
    sizeOf(file) === 0 ? [] : readLines(file, 0).lines.flatMap(line => sayingOf(line) ?? []),
  )
  const missing = other.split('\n').flatMap(line => {
    const change = parseLine(line)
    return change && !known.has(JSON.stringify(lineOf(change))) ? change : []
  })
  if (missing.length > 0) appendToJournal(file, missing)
  return missing.length
}

/** How many changes the journal holds, and how many lines that can't be read. */
export function inspectJournal(file: string): { changes: number; broken: number } {
  const lines = sizeOf(file) === 0 ? [] : readLines(file, 0).lines.filter(line => line.trim() !== '')
  const changes = lines.filter(line => parseLine(line)).length
  return { changes, broken: lines.length - changes }
}

function sayingOf(line: string): string | undefined {
  const change = parseLine(line)
  return change && JSON.stringify(lineOf(change))
}

/** Whether the journal holds something the database has not read. Costs a look at the file. */
export function hasUnreadJournal(meta: Meta, file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  const [, size, inode] = meta.get(offsetKey)?.split(' ') ?? []
  return found !== undefined && (size !== String(found.size) || inode !== String(found.ino))
}

/**
 * Takes over what stands in the journal and is not in the database yet: the only way for own changes to get there. Reads on
 * from where it was; from the start if the file is another one, which changes nothing that is known. Lines that can't be
 * read are passed over and told. Call it inside a transaction: rows and place are kept together.
 */
export async function replayJournal(
  db: Db,
  options: { meta: Meta; writer: Writer; file: string; nowMs: number; onBroken: (text: string) => void },
): Promise<Touched> {
  const { meta, writer, file, nowMs, onBroken } = options
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found || !hasUnreadJournal(meta, file)) return { entries: new Set(), sessions: new Set() }
  const { lines, end } = readLines(file, startIn(meta, file, found))
  const changes: Change[] = []
  for (const line of lines) {
    const change = parseLine(line)
    if (change) changes.push(change)
    else if (line.trim() !== '')
      onBroken(`a line of ${path.basename(file)} can't be read: ${line.slice(0, 100)}`)
  }
  const touched = await addOwnChanges(db, { meta, writer, changes, nowMs })
  await meta.set(offsetKey, `${end} ${found.size} ${found.ino}`)
  return touched
}

/** Where reading goes on. A file that was put in its place has another number. */
function startIn(meta: Meta, file: string, found: { ino: number; size: number }): number {
  const [end, , inode] = meta.get(offsetKey)?.split(' ') ?? []
  const offset = Number(end ?? 0)
  if (offset === 0 || inode !== String(found.ino) || offset > found.size) return 0
  // A file that was written over keeps its number: then our place is hardly behind a line's end.
  return readBytes(file, offset - 1, 1)[0] === newline ? offset : 0
}

function lineOf({ actorName, ...change }: Change): object {
  return { ...change, actor_name: actorName }
}

function parseLine(line: string): Change | undefined {
  try {
    return readChange(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** Whole lines from an offset on, and where the last of them ends. */
function readLines(file: string, from: number): { lines: string[]; end: number } {
  const bytes = readBytes(file, from, sizeOf(file) - from)
  const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1)
  const lines = whole.toString('utf8').split('\n')
  return { lines: lines.slice(0, -1), end: from + whole.length }
}

function readBytes(file: string, from: number, most: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, most))
  const handle = openSync(file, 'r')
  try {
    let length = 0
    while (length < bytes.length) {
      const read = readSync(handle, bytes, length, bytes.length - length, from + length)
      if (read === 0) break
      length += read
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(handle)
  }
}

function endsLine(handle: number, size: number): boolean {
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(handle, last, 0, 1, size - 1)
  return last[0] === newline
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
