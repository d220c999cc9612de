import { accessSync, constants, realpathSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import { readRecord } from '../record.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { textFile } from '../text-file.ts'
import { isLoggerScript, loggerScript } from './script.ts'

const part = 'logger command'

/**
 * Plans the short command `logger` beside `csl`. Not asked for: one that setup installed is brought up to date. Throws a
 * UserError where it can't be had: there is another one, `csl` is on no PATH, or its folder is not ours to write to.
 */
export async function planLoggerCommand(place: SetupPlace, isAskedFor: boolean): Promise<Step[]> {
  const [installed] = installedFiles(place)
  if (!isAskedFor && installed === undefined) return []
  const file = isAskedFor ? path.join(folderOfCsl(place), 'logger') : (installed ?? '')
  const step = await planAddition(place.paths.setupRecord, graftOf(place, file), {
    title: file,
    details: [
      "a line that is not, all of it, one of csl goes to the system's logger as before",
      ...shadowText(place, file),
    ],
  })
  return step ? [step] : []
}

/** Plans to take it out again: what setup recorded, and nothing else. */
export async function planLoggerCommandRemoval(place: SetupPlace): Promise<Step[]> {
  const steps = await Promise.all(
    installedFiles(place).map(file =>
      planRemoval(place.paths.setupRecord, graftOf(place, file), { title: file }),
    ),
  )
  return steps.filter(step => step !== undefined)
}

function graftOf({ node, mainFile }: SetupPlace, file: string): Graft {
  return {
    part,
    place: textFile(file, 0o755),
    add(text) {
      if (text !== undefined && !isLoggerScript(text))
        throw new UserError(`there is another ${file}`, 'it stays; csl is called csl then')
      return loggerScript({ node, main: mainFile })
    },
    remove: text => (isLoggerScript(text) ? undefined : text),
  }
}

/** Where setup put it, by its own record. */
function installedFiles({ paths }: SetupPlace): string[] {
  return Object.entries(readRecord(paths.setupRecord).additions)
    .filter(([, addition]) => addition.part === part)
    .map(([key]) => key.replace(/^file:/, ''))
}

/** The folder of PATH in which `csl` is this program. */
function folderOfCsl({ env, mainFile, platform }: SetupPlace): string {
  if (platform === 'win32')
    throw new UserError('there is no short command on Windows', 'it needs /bin/sh; csl is called csl')
  const folder = foldersOf(env.PATH).find(
    folder => realPathOf(path.join(folder, 'csl')) === realPathOf(mainFile),
  )
  if (folder === undefined)
    throw new UserError(
      'csl is not on your PATH, and logger belongs beside it',
      'npm install -g claude-session-logger',
    )
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new UserError(`${folder} may not be written by you`, 'run the same command as who installed csl')
  }
  return folder
}

/** The command that comes first on PATH is the one that is called. */
function shadowText({ env }: SetupPlace, file: string): string[] {
  const folders = foldersOf(env.PATH)
  const other = folders
    .slice(0, folders.indexOf(path.dirname(file)))
    .find(folder => realPathOf(path.join(folder, 'logger')) !== undefined)
  return other ? [`${other} stands before it on your PATH: as long as it does, logger is the one there`] : []
}

function foldersOf(PATH = ''): string[] {
  return PATH.split(path.delimiter).filter(folder => path.isAbsolute(folder))
}

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
