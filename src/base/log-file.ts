import { appendFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from './clean-text.ts'
import { makeDataFolder, makePrivate } from './private.ts'

const largestBytes = 1 << 20
const longestText = 2000

/**
 * Appends one line to sync.log: time, a word for what it is about, the text. Private, rotated at 1 MB (one old file
 * is kept). Never throws: a hook has nobody else to tell, and its session must not suffer.
 */
export function writeLog(file: string, event: string, text: string, now = new Date()): void {
  const line = `${now.toISOString()} ${event}: ${cleanText(text.slice(0, longestText))}\n`
  try {
    makeDataFolder(path.dirname(file))
    makePrivate(file)
    if (sizeOf(file) > largestBytes) renameSync(file, `${file}.1`)
    appendFileSync(file, line, { mode: 0o600 })
  } catch {
    // Nowhere left to say it.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
