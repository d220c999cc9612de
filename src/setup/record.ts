import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../base/errors.ts'
import { readTextIfThere, writeFileAtomic } from '../base/files.ts'
import type { Part } from './step.ts'

/** What setup wrote in one place: enough to take it out again to the byte. Written down before the place is touched. */
export interface Addition {
  readonly part: Part
  /** SHA-256 of the text without what is ours, which the backup of that name holds; null: there was nothing. */
  readonly before: string | null
  /** SHA-256 of the text with what is ours in it. */
  readonly after: string
  /** Folders made for it, outermost first. */
  readonly folders: readonly string[]
}

/** setup.json of the data folder: what setup added where. Keys: `TextPlace.key`. */
export interface SetupRecord {
  readonly version: 1
  readonly additions: Readonly<Record<string, Addition>>
}

const empty: SetupRecord = { version: 1, additions: {} }

/** Reads the record; nothing there: nothing was added. Throws a UserError where it can't be understood. */
export function readRecord(file: string): SetupRecord {
  const text = readTextIfThere(file)
  if (text === undefined) return empty
  try {
    const value = JSON.parse(text)
    if (value.version === 1 && typeof value.additions === 'object') return value
  } catch {
    // Said below.
  }
  throw new UserError(`${file} cannot be understood`, 'move it away, and run: csl setup')
}

/** Notes what is about to be written, or (undefined) that nothing of ours is there any more; with its backup. */
export async function noteAddition(
  file: string,
  key: string,
  addition: Addition | undefined,
  before?: string,
): Promise<void> {
  const { additions } = readRecord(file)
  const { [key]: old, ...others } = additions
  if (addition && before !== undefined) await keepBackup(file, before)
  const kept = addition ? { ...others, [key]: addition } : others
  if (Object.keys(kept).length > 0)
    await writeFileAtomic(file, `${JSON.stringify({ version: 1, additions: kept }, null, 2)}\n`)
  else rmSync(file, { force: true })
  const isUsed = Object.values(kept).some(({ before }) => before === old?.before)
  if (old?.before && !isUsed) rmSync(backupFile(file, old.before), { force: true })
}

/** The text that stood there before, to the byte, if its backup is still whole. */
export function readBackup(file: string, { before }: Addition): string | undefined {
  if (before === null) return undefined
  const text = readTextIfThere(backupFile(file, before))
  return text !== undefined && hashOf(text) === before ? text : undefined
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function keepBackup(file: string, text: string): Promise<void> {
  const backup = backupFile(file, hashOf(text))
  if (!existsSync(backup)) await writeFileAtomic(backup, text)
}

function backupFile(file: string, hash: string): string {
  return path.join(path.dirname(file), `setup-backup-${hash.slice(0, 16)}.txt`)
}
