import { appendFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from './clean-text.ts'
import { makeDataFolder, makePrivate } from './private.ts'
import { takeProcessLock } from './process-lock.ts'

const largestBytes = 1 << 20
const longestText = 2000
/** Turning the page takes no time: a process that has been at it for so long was killed. */
const longestTurnMs = 10_000

/**
 * Appends one line to sync.log: time, a word for what it is about, the text. Private, rotated at 1 MB (one old file
 * is kept). Never throws: a hook has nobody else to tell, and its session must not suffer.
 */
export function writeLog(file: string, event: string, text: string, now = new Date()): void {
  const line = `${now.toISOString()} ${event}: ${cleanText(text.slice(0, longestText))}\n`
  try {
    makeDataFolder(path.dirname(file))
    makePrivate(file)
    if (sizeOf(file) > largestBytes) rotate(file)
    appendFileSync(file, line, { mode: 0o600 })
  } catch {
    // Nowhere left to say it.
  }
}

/** One process at a time: of two that see a full log the second would push the page just begun over the full one. */
function rotate(file: string): void {
  // Where somebody else turns the page, the full one takes a line more.
  const release = takeProcessLock(`${file}.lock`, longestTurnMs)
  if (!release) return
  try {
    if (sizeOf(file) > largestBytes) renameSync(file, `${file}.1`)
  } finally {
    release()
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
