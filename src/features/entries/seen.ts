import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { errorText, UserError } from '../../base/errors.ts'
import { readTextIfThere } from '../../base/files.ts'
import { makeDataFolder, makePrivate } from '../../base/private.ts'
import type { StoredChange } from './change.ts'

// How far the inbox was read stands in the database, in numbers that mean nothing to the next one. So what was told stands
// beside it too, by what it says: a line a change.

/** Notes that this device was told of these changes. What a kill tears is told once more. */
export function rememberSeen(file: string, changes: readonly Pick<StoredChange, 'payloadHash'>[]): void {
  makeDataFolder(path.dirname(file))
  makePrivate(file)
  try {
    // A line begins with its end: what was torn before ends there.
    appendFileSync(file, changes.map(({ payloadHash }) => `\n${payloadHash}`).join(''), { mode: 0o600 })
  } catch (error) {
    throw new UserError(`cannot write to ${file}: ${errorText(error)}`)
  }
}

/** The hashes of all changes that this device was told of, by whichever database. */
export function readSeen(file: string): ReadonlySet<string> {
  return new Set(readTextIfThere(file)?.split('\n') ?? [])
}
