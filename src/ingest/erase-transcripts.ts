import { lstatSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../base/clean-text.ts'
import { errorText, UserError } from '../base/errors.ts'
import { findTranscripts } from '../transcripts/open.ts'
import type { FoundTranscript, TranscriptFile } from '../transcripts/source.ts'
import { sourceOf } from '../transcripts/sources.ts'
import { applyReadings, type Reading } from './apply.ts'
import { isUnread } from './fingerprint.ts'
import type { Ledger } from './open-ledger.ts'
import { readFile } from './read-file.ts'

/** A session that was written to so short ago may be going on. */
const restMs = 60_000

/** What is removed with the transcript of a session. */
export interface DoomedTranscript {
  readonly sessionId: string
  /** The main transcript; there can be one a root. */
  readonly mains: readonly string[]
  /** Those, and what belongs to them: of subagents, results kept apart. */
  readonly files: readonly DoomedFile[]
}

export interface DoomedFile {
  readonly path: string
  readonly bytes: number
  /** As it was listed; undefined: nothing of it is recorded, as it is no transcript. */
  readonly transcript: TranscriptFile | undefined
}

/**
 * What would be removed with a session's transcript; undefined: there is none on this machine. Looks only. Throws a UserError
 * where it must not be: the session is going on, or a file does not lie in a folder of its tool.
 */
export async function planErasing(
  roots: readonly string[],
  sessionId: string,
  nowMs: number,
): Promise<DoomedTranscript | undefined> {
  const mains = (await findTranscripts(roots, sessionId)).filter(found => found.sessionId === sessionId)
  const files = (await Promise.all(mains.map(main => filesWith(main, roots)))).flat()
  if (files.length === 0) return undefined
  for (const { path: file } of files) refuseOutside(file, roots)
  const writtenMs = Math.max(...files.map(({ transcript }) => transcript?.mtimeMs ?? 0))
  if (Math.abs(nowMs - writtenMs) < restMs)
    throw new UserError(
      `${cleanText(sessionId)} was written to a moment ago: it may be going on`,
      'end it, wait a minute, and try again',
    )
  return { sessionId, mains: mains.map(main => main.path), files }
}

async function filesWith(main: FoundTranscript, roots: readonly string[]): Promise<DoomedFile[]> {
  const source = sourceOf(main.tool)
  if (!source) return []
  if (await source.isRunning?.(roots, main.sessionId))
    throw new UserError(`${cleanText(main.sessionId)} is going on just now`, 'end it first')
  const companions = (await source.listCompanions?.(main.path)) ?? []
  const files: DoomedFile[] = []
  for (const transcript of await source.listSession(main.path)) {
    const { path: file, size: bytes } = transcript
    // Beside it there may be those of other sessions.
    const isOwn =
      file === main.path || companions.includes(file) || (await sessionOf(transcript)) === main.sessionId
    if (isOwn) files.push({ path: file, bytes, transcript })
  }
  const known = new Set(files.map(file => file.path))
  for (const file of companions) {
    if (!known.has(file)) files.push({ path: file, bytes: lstatSync(file).size, transcript: undefined })
  }
  return files
}

/** Of a file that can't be read nobody knows. */
async function sessionOf(file: TranscriptFile): Promise<string | undefined> {
  try {
    return (await readFile(file)).transcript.sessionId
  } catch {
    return undefined
  }
}

const nothingDone = 'nothing was removed'

/** A link, or a folder behind one, could lead anywhere. */
function refuseOutside(file: string, roots: readonly string[], sofar = nothingDone): void {
  const folder = realPathOf(path.dirname(file))
  const isInside = roots.some(root => folder?.startsWith(`${realPathOf(root)}${path.sep}`))
  if (isInside && lstatSync(file, { throwIfNoEntry: false })?.isFile()) return
  throw new UserError(
    `${cleanText(file)} is no plain file in a folder of its own tool, but behind a link or gone`,
    `${sofar}; do it by hand if that is what you want`,
  )
}

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

/**
 * Records what the transcripts say, after which they can be removed: by what this answers, once their sessions are out of the
 * lists. Throws a UserError if nothing can be read of one, or if one must not be removed; and the answer does, removing
 * nothing and telling what brings the sessions back, if that has become so meanwhile.
 */
export async function recordDoomed(
  ledger: Ledger,
  doomed: readonly DoomedTranscript[],
): Promise<{ remove(bringBack: string): void }> {
  const readings: Reading[] = []
  for (const { sessionId, files } of doomed) {
    const own: Reading[] = []
    for (const { transcript } of files) if (transcript) own.push(await readFile(transcript))
    if (!own.some(({ transcript: { facts } }) => facts.lines > facts.malformedLines))
      throw new UserError(
        `nothing can be read of the transcript of ${cleanText(sessionId)}`,
        'it is left alone',
      )
    readings.push(...own)
  }
  await applyReadings(ledger, readings)
  const refuse = (sofar?: string) => {
    for (const reading of readings) refuseChanged(reading, sofar)
    for (const { path: file } of doomed.flatMap(({ files }) => files))
      refuseOutside(file, ledger.place.paths.claudeRoots, sofar)
  }
  refuse()
  return {
    remove(bringBack) {
      refuse(`no file was removed, but the session is out of the lists: ${bringBack}`)
      for (const one of doomed) remove(one, bringBack)
    },
  }
}

function refuseChanged({ file, fingerprint }: Reading, sofar = nothingDone): void {
  const now = statSync(file.path, { throwIfNoEntry: false })
  if (now && !isUnread({ ...file, size: now.size, mtimeMs: now.mtimeMs, inode: now.ino }, fingerprint)) return
  throw new UserError(`${cleanText(file.path)} was written to meanwhile`, sofar)
}

function remove({ mains, files }: DoomedTranscript, bringBack: string): void {
  try {
    // Two roots can be one folder.
    for (const file of files) rmSync(file.path, { force: true })
  } catch (error) {
    throw new UserError(
      `not all could be removed: ${errorText(error)}`,
      `the session is out of the lists: ${bringBack}`,
    )
  }
  const projects = mains.map(main => path.dirname(main))
  const folders = new Set<string>()
  for (const file of files) {
    let folder = path.dirname(file.path)
    while (projects.some(project => folder.startsWith(project + path.sep))) {
      folders.add(folder)
      folder = path.dirname(folder)
    }
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(folder)
    } catch {
      // Something else is in it, and keeps it.
    }
  }
}
