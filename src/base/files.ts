import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from './errors.ts'
import { makeDataFolder } from './private.ts'

/** The text of a file, or undefined where there is none. Other troubles are thrown. */
export function readTextIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** Writes a file of the data folder whole or not at all: private (0600), fsynced, renamed into place. */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text)
  try {
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Like writeFileAtomic, but never over an existing file. Answers whether this call made it. */
export async function createFileAtomic(file: string, text: string): Promise<boolean> {
  const temporary = await writeTemporary(file, text)
  try {
    await link(temporary, file)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeTemporary(file: string, text: string): Promise<string> {
  makeDataFolder(path.dirname(file))
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`,
  )
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return temporary
}
