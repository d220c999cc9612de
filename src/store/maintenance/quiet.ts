import { existsSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreBusyError } from '../open.ts'
import type { Engine } from './engine.ts'

export interface QuietOptions {
  /** How long to wait for other processes, in milliseconds. */
  readonly waitMs: number
  /** Told once if it must wait. */
  readonly onWait?: (() => void) | undefined
}

/** Somebody who was just opening the file has given up, or has it, well before this. */
const graceMs = 250

/**
 * Gives the work a database, attached as `source` for reading, that nobody writes to, and of which everything stands in the
 * file and nothing in the log beside it: then it can be replaced by another file. A log of one file beside another would be
 * applied to that, without a word. Who wants to write meanwhile finds it in use.
 * Throws StoreBusyError, or StoreDamagedError where it can't be read.
 */
export async function withQuietDatabase<T>(
  engine: Engine,
  file: string,
  { waitMs, onWait }: QuietOptions,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + waitMs
  const left = () => Math.max(0, deadline - performance.now())
  for (;;) {
    await engine.attach(file, 'source', { access: 'write', waitMs: left(), onWait })
    await engine.db.run('CHECKPOINT source')
    await engine.detach('source')
    await engine.attach(file, 'source', { access: 'read', waitMs: left(), onWait })
    // Between the two somebody else can have written.
    if (!hasLog(file)) break
    await engine.detach('source')
    if (left() === 0) throw new StoreBusyError(file)
  }
  const before = statSync(file).ino
  try {
    return await work()
  } finally {
    // Who opened the file just before it was replaced, and gets its lock only now, would write where nobody reads.
    if (statSync(file, { throwIfNoEntry: false })?.ino !== before) await sleep(graceMs)
    // What went wrong before is what counts; with the engine the file is let go, too.
    await engine.detach('source').catch(() => undefined)
  }
}

function hasLog(file: string): boolean {
  return existsSync(`${file}.wal`) && statSync(`${file}.wal`).size > 0
}
