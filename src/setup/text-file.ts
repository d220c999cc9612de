import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, UserError } from '../base/errors.ts'
import type { TextPlace } from './text-place.ts'

/**
 * A text that is a file. Links are followed, so that a file kept in a folder of dotfiles stays there; mode and owner stay as
 * they are; folders that are missing are made. A new file gets `mode`.
 */
export function textFile(file: string, mode = 0o600): TextPlace {
  return {
    key: `file:${file}`,
    name: file,
    read: async () => readWhole(file),
    check: () => refuseUnlessWritable(file),
    tidy: () => removeTemporaries(targetOf(file)),
    async write(text, expected) {
      const target = targetOf(file)
      refuseUnlessWritable(file)
      if (readWhole(target) !== expected)
        throw new UserError(`${file} was changed by somebody else just now`, 'run the same command again')
      try {
        if (text === undefined) rmSync(target, { force: true })
        else await replace(target, text, mode)
      } catch (error) {
        throw new UserError(
          `cannot write ${file}: ${errorCode(error) ?? error}`,
          'it is as it was before; check permissions and free space, then run the same command again',
        )
      }
    },
  }
}

/** The folders that writing this file would make, outermost first: to be taken away again when they are empty. */
export function missingFolders(file: string): string[] {
  const missing: string[] = []
  for (let folder = path.dirname(file); !existsSync(folder); folder = path.dirname(folder))
    missing.unshift(folder)
  return missing
}

/** Takes folders away that nothing stands in any more, innermost first. */
export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder)
    } catch {
      // Somebody else's things stand in it by now, or it is gone.
    }
  }
}

function readWhole(file: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file))
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new UserError(`${file} is not UTF-8 text`, 'correct it; nothing was changed')
    throw new UserError(`cannot read ${file}: ${code ?? error}`, 'check its permissions; nothing was changed')
  }
}

/** The file itself where the name is a link; where a link leads to nothing, what it leads to. */
function targetOf(file: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    if (errorCode(error) === 'ELOOP')
      throw new UserError(`${file} is a link to itself`, 'correct it; nothing was changed')
    const found = lstatSync(file, { throwIfNoEntry: false })
    return found?.isSymbolicLink() ? targetOf(path.resolve(path.dirname(file), readlinkSync(file))) : file
  }
}

/** What is not allowed to be written is not replaced behind its owner's back either. */
function refuseUnlessWritable(file: string): void {
  const target = targetOf(file)
  const [missing] = missingFolders(target)
  // A disk with dotfiles that is not there now: what is made in its place would hide them.
  if (missing && (target !== file || lstatSync(missing, { throwIfNoEntry: false })))
    throw new UserError(`${file} leads to ${missing}, which is not there`, 'correct it; nothing was changed')
  const folder = path.dirname(missing ?? target)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    if (existsSync(target)) accessSync(target, constants.W_OK)
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${errorCode(error) ?? error}`,
      'check its permissions and those of its folder; nothing was changed',
    )
  }
}

function removeTemporaries(target: string): void {
  const folder = path.dirname(target)
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (isTemporaryOf(target, name)) rmSync(path.join(folder, name), { force: true })
}

function isTemporaryOf(target: string, name: string): boolean {
  const start = `.${path.basename(target)}.`
  return name.startsWith(start) && /^[0-9a-f]{12}\.csl$/.test(name.slice(start.length))
}

async function replace(target: string, text: string, mode: number): Promise<void> {
  const folder = path.dirname(target)
  mkdirSync(folder, { recursive: true })
  const before = statSync(target, { throwIfNoEntry: false })
  const temporary = path.join(folder, `.${path.basename(target)}.${randomBytes(6).toString('hex')}.csl`)
  const handle = await open(temporary, 'wx', before ? before.mode & 0o777 : mode)
  try {
    await handle.writeFile(text)
    // The umask has no say.
    await handle.chmod(before ? before.mode & 0o7777 : mode)
    if (before && (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()))
      await handle.chown(before.uid, before.gid).catch(() => undefined)
    await handle.sync()
    await handle.close()
    await rename(temporary, target)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}
