import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { findPaths } from './paths.ts'

/** Makes a folder of ours where it is missing, and takes from others what rights they have in it. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  narrow(folder, 'folder')
}

/**
 * As `makePrivateFolder`, for the data folder: `CLAUDE_LOGGER_HOME` can name any folder, and one that holds other things
 * too is not ours to close.
 */
export function makeDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (modeOfOurs(folder, 'folder') !== undefined && isOursAlone(folder)) narrow(folder, 'folder')
}

/** Takes from others what rights they have in a file that we write, if it is there. */
export function makePrivate(file: string): void {
  narrow(file, 'file')
}

export type Kind = 'file' | 'folder'

/**
 * By its path, as to close a second descriptor of the database would give away the lock that DuckDB has on it. That it
 * cannot be done (another's file, a file system without modes) is no error.
 */
export function narrow(name: string, kind: Kind): void {
  const mode = modeOfOurs(name, kind)
  if (mode === undefined || (mode & 0o077) === 0) return
  try {
    chmodSync(name, mode & 0o700)
  } catch {
    // As it was before.
  }
}

/** The mode of what is ours: this person's, no link to something elsewhere, no folder that all share (as /tmp is). */
export function modeOfOurs(name: string, kind: Kind): number | undefined {
  try {
    const found = lstatSync(name)
    const isKind = kind === 'file' ? found.isFile() : found.isDirectory()
    const isShared = (found.mode & 0o1000) !== 0
    return isKind && !isShared && found.uid === process.getuid?.() ? found.mode & 0o777 : undefined
  } catch {
    return undefined
  }
}

/** Whether nothing stands there but what we make, what begins with its name (a log, a copy), and hidden files. */
export function isOursAlone(folder: string): boolean {
  if (path.basename(folder) === 'claude-session-logger') return true
  try {
    return readdirSync(folder).every(name => name.startsWith('.') || isNameOfOurs(folder, name))
  } catch {
    return false
  }
}

/** Whether a name in the data folder is one that we make, or begins with one. */
export function isNameOfOurs(folder: string, name: string): boolean {
  const { claudeRoots, home, ...files } = findPaths({ CLAUDE_LOGGER_HOME: folder, CLAUDE_CONFIG_DIR: folder })
  return Object.values(files).some(file => name.startsWith(path.basename(file)))
}
