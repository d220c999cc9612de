import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { errorCode } from './errors.ts'
import { readTextIfThere } from './files.ts'

/**
 * Takes a lock that keeps two processes of one data folder apart, or answers undefined where another one has it. A hint that
 * saves work and confusion: what is done under it does no harm if two do it at once. Answers how to give it back. A lock whose
 * process is gone is taken over; so is one older than `longestMs`, whose process is held up somewhere.
 */
export function takeProcessLock(file: string, longestMs: number): (() => void) | undefined {
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
      if (isSecond || isHeld(file, longestMs)) return undefined
      rmSync(file, { force: true })
    }
  }
  return undefined
}

function isHeld(file: string, longestMs: number): boolean {
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
