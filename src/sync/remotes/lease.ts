import { createHash, randomUUID } from 'node:crypto'
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { basename } from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { errorCode } from '../../base/errors.ts'
import { readTextIfThere } from '../../base/files.ts'
import { RemoteError } from './trouble.ts'

// DuckDB locks the file it opens, but network file systems may not hold locks, or only for one machine. So a file that
// is a remote has a note beside it that says who has it. A hint: two machines that find an expired one in the same
// moment can both take it. Where locks hold, DuckDB's then decides; elsewhere one of them finds the other's note when it
// renews its own, and stops.

interface LeaseNote {
  /** Tells this note from any other, the same process's included. */
  readonly id: string
  readonly label: string
  /** Tells machines apart by a short hash: everybody who sees the folder can read this, also after a kill. */
  readonly host: string
  readonly pid: number
  /** ISO 8601 in UTC. A note that nobody renews until then is void. */
  readonly from: string
  readonly until: string
}

export interface Lease {
  /** Whether somebody else has taken the file meanwhile: this process slept for longer than the note said. */
  isLost(): boolean
  release(): void
}

export const leaseMs = 60_000

/**
 * Notes in `<file>.lease` that this process has the file, and renews it until it is released. `label` is what others may
 * see of this machine.
 * Throws a transient RemoteError that names who has it; file system errors as they come.
 */
export function takeLease(file: string, label: string): Lease {
  const path = `${file}.lease`
  const own = { id: randomUUID(), label, host: thisHost(), pid: process.pid, from: now() }
  const text = () => JSON.stringify({ ...own, until: new Date(Date.now() + leaseMs).toISOString() })
  create(path, text())
  let isLost = false
  const renewing = setInterval(() => {
    try {
      if (noteIn(path)?.id !== own.id) isLost = true
      else replace(path, text())
    } catch {
      // The disk is gone or full: the statements that run there will say so.
    }
  }, leaseMs / 4)
  // It keeps nobody waiting.
  renewing.unref()
  return {
    isLost: () => isLost,
    release() {
      clearInterval(renewing)
      try {
        if (noteIn(path)?.id === own.id) rmSync(path, { force: true })
      } catch {
        // It expires by itself.
      }
    },
  }
}

/** Makes the note, after removing one that is void. */
function create(path: string, text: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    removeIfVoid(path)
  }
  throw inUse(path, 'another process')
}

function removeIfVoid(path: string): void {
  const seen = readTextIfThere(path)
  if (seen === undefined) return
  const note = parsed(seen)
  if (note ? isAlive(note) : isFresh(path)) {
    const who = note ? cleanText(note.label).slice(0, 60) || 'another machine' : 'another process'
    throw inUse(path, who)
  }
  rmSync(path, { force: true })
}

function inUse(path: string, who: string): RemoteError {
  return new RemoteError('transient', `${basename(path, '.lease')} is in use by ${who}`)
}

function isAlive(note: LeaseNote): boolean {
  if (Date.parse(note.until) <= Date.now()) return false
  // A clock that was ahead would keep everybody out until then.
  if (Date.parse(note.until) > Date.now() + 10 * leaseMs) return false
  if (note.host !== thisHost()) return true
  // An earlier process had the same number: in a container they start anew every time.
  if (note.pid === process.pid) return Date.parse(note.from) >= Date.now() - process.uptime() * 1000 - 1000
  try {
    process.kill(note.pid, 0)
    return true
  } catch (error) {
    // EPERM: there is one, of another user.
    return errorCode(error) !== 'ESRCH'
  }
}

/** A note without words is one that somebody is writing just now. */
function isFresh(path: string): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Math.abs(Date.now() - changed) < 5_000
}

function noteIn(path: string): LeaseNote | undefined {
  const text = readTextIfThere(path)
  return text === undefined ? undefined : parsed(text)
}

function parsed(text: string): LeaseNote | undefined {
  try {
    const { id, label, host, pid, from, until } = JSON.parse(text)
    const texts = [id, label, host, from, until]
    if (texts.some(value => typeof value !== 'string') || !Number.isSafeInteger(pid)) return undefined
    return { id, label, host, pid, from, until }
  } catch {
    return undefined
  }
}

function replace(path: string, text: string): void {
  const fresh = `${path}.${randomUUID()}`
  writeFileSync(fresh, text, { flag: 'wx', mode: 0o600 })
  renameSync(fresh, path)
}

/** What tells this machine from others in a note. */
export function thisHost(): string {
  return createHash('sha256').update(os.hostname()).digest('hex').slice(0, 12)
}

function now(): string {
  return new Date().toISOString()
}
