import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
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
    if (createWhole(file, own))
      return () => {
        // Held up for too long, it may be somebody else's by now.
        if (readTextIfThere(file) === own) rmSync(file, { force: true })
      }
    if (isSecond || isHeld(file, longestMs)) return undefined
    rmSync(file, { force: true })
  }
  return undefined
}

/** Killed on the way, it leaves no lock that nobody's number stands in. Answers whether this call made the file. */
function createWhole(file: string, text: string): boolean {
  const name = `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`
  const temporary = path.join(path.dirname(file), name)
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
  try {
    linkSync(temporary, file)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function isHeld(file: string, longestMs: number): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > longestMs) return false
    const pid = Number(readFileSync(file, 'utf8').split(' ')[0])
    if (!Number.isInteger(pid) || pid <= 0) return false
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
