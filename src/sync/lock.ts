import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { errorCode } from '../base/errors.ts'
import { readTextIfThere } from '../base/files.ts'

/** A sync that has not ended after this long is held up somewhere: its lock no longer counts. */
const longestMs = 30 * 60_000

/**
 * Takes the lock that keeps two syncs of one data folder apart, or answers undefined where one is running. A hint that
 * saves work: a remote takes a batch only on the state it was made for, so that two at once would do no harm.
 * Answers how to give it back. A lock whose process is gone is taken over.
 */
export function takeSyncLock(file: string): (() => void) | undefined {
  const own = `${process.pid} ${randomUUID()}`
  for (const isSecond of [false, true]) {
    try {
      const handle = openSync(file, 'wx', 0o600)
      writeSync(handle, own)
      closeSync(handle)
      // Held up for too long, it may be somebody else's by now.
      return () => {
        if (readTextIfThere(file) === own) rmSync(file, { force: true })
      }
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      if (isSecond || isHeld(file)) return undefined
      rmSync(file, { force: true })
    }
  }
  return undefined
}

function isHeld(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > longestMs) return false
    const pid = Number(readFileSync(file, 'utf8').split(' ')[0])
    // Just made, and its process has not written its number yet.
    if (!Number.isInteger(pid) || pid <= 0) return Date.now() - statSync(file).mtimeMs < 5000
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
