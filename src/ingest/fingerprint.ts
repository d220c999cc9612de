import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { TranscriptFile } from '../transcripts/source.ts'

/** By what a file is known to be unchanged since it was read. */
export interface Fingerprint {
  readonly size: number
  readonly mtimeMs: number
  readonly inode: string
  /** Of the last 4 KB: a file can be rewritten in place within the clock's grain. */
  readonly tailHash: string
}

const tailBytes = 4096

/** Taken before the file is read, so that what is appended meanwhile is noticed next time. */
export function fingerprintOf(file: TranscriptFile): Fingerprint {
  return { size: file.size, mtimeMs: file.mtimeMs, inode: String(file.inode), tailHash: tailHashOf(file) }
}

function tailHashOf(file: TranscriptFile): string {
  const descriptor = openSync(file.path, 'r')
  try {
    const tail = Buffer.alloc(Math.min(tailBytes, file.size))
    const read = readSync(descriptor, tail, 0, tail.length, Math.max(0, file.size - tailBytes))
    return createHash('sha1').update(tail.subarray(0, read)).digest('base64').slice(0, 16)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether a file must be read: it is new, or anything about it differs. A file that can't be opened is unread. */
export function isUnread(file: TranscriptFile, known: Fingerprint | undefined): boolean {
  if (
    !known ||
    known.size !== file.size ||
    known.mtimeMs !== file.mtimeMs ||
    known.inode !== String(file.inode)
  )
    return true
  try {
    return tailHashOf(file) !== known.tailHash
  } catch {
    // Gone or locked since it was listed: whoever reads it will say so.
    return true
  }
}
