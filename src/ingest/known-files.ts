import { type Cell, type Db, isOneOf } from '../store/query.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import type { Fingerprint } from './fingerprint.ts'

/** What was known of each file, or of the given ones, when it was last read. */
export async function readFingerprints(db: Db, paths?: readonly string[]): Promise<Map<string, Fingerprint>> {
  const all = `SELECT path, size, mtime_ms, inode, tail_hash FROM transcript_files`
  const rows = await (paths
    ? db.rows<{ path: string } & Fingerprint>(`${all} WHERE ${isOneOf('path', 'paths', paths)}`, { paths })
    : db.rows<{ path: string } & Fingerprint>(all))
  return new Map(rows.map(row => [row.path, row]))
}

/** A file that was read, with what it was then and what was found to be in it. */
export interface ReadFile {
  readonly file: TranscriptFile
  readonly fingerprint: Fingerprint
  readonly sessionId: string
  readonly member: string
}

/** Remembers files as read. Within the transaction that writes their rows. */
export async function noteFiles(db: Db, files: readonly ReadFile[]): Promise<void> {
  if (files.length === 0) return
  const paths = files.map(({ file }) => file.path)
  await db.run(`DELETE FROM transcript_files WHERE ${isOneOf('path', 'paths', paths)}`, { paths })
  await db.append(
    'transcript_files',
    ['path', 'tool', 'size', 'mtime_ms', 'inode', 'tail_hash', 'session_id', 'member'],
    files.map(({ file, fingerprint, sessionId, member }): Cell[] => [
      file.path,
      file.tool,
      fingerprint.size,
      fingerprint.mtimeMs,
      fingerprint.inode,
      fingerprint.tailHash,
      sessionId,
      member,
    ]),
  )
}
