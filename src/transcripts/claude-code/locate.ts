import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errorCode, errorText } from '../../base/errors.ts'
import { pauseAfter } from '../../base/pause.ts'
import type { FoundTranscript, TranscriptFile, UnreadablePlace } from '../source.ts'

export const tool = 'claude-code'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const ending = '.jsonl'

/** Whether a text is a session id as Claude Code makes them, and so safe in a path. */
export function isSessionId(text: string): boolean {
  return uuid.test(text)
}

/**
 * Which session a file belongs to, and which of its files it is. A main file's stem if that is a UUID, else the
 * first `sessionId` in it, else its stem. A subagent's file lies below its session's folder, or beside it in
 * layouts before 2.1.2; its lines carry the parent's id.
 */
export function memberOf(file: string, firstSessionId: string | null): { sessionId: string; member: string } {
  const stem = path.basename(file, ending)
  const parts = file.split(path.sep)
  const folder = parts.lastIndexOf('subagents')
  if (folder > 0) {
    const parent = parts[folder - 1] ?? ''
    const member = parts
      .slice(folder + 1)
      .join('/')
      .slice(0, -ending.length)
    return { sessionId: isSessionId(parent) ? parent : (firstSessionId ?? parent), member }
  }
  if (isOfSubagent(file)) return { sessionId: firstSessionId ?? stem, member: stem }
  return { sessionId: isSessionId(stem) ? stem : (firstSessionId ?? stem), member: '' }
}

function isOfSubagent(file: string): boolean {
  return path.basename(file).startsWith('agent-')
}

function isTranscriptName(name: string): boolean {
  return name.endsWith(ending) && name !== 'journal.jsonl'
}

type Tell = (place: UnreadablePlace) => void

/** How long a list of all transcripts keeps other work waiting at a time. */
const sliceMs = 8

/**
 * Every transcript below `<root>/projects`, newest first. Folders that can't be read are passed over and told. There can be a
 * hundred thousand: other work has its turn in between.
 */
export async function listTranscripts(
  roots: readonly string[],
  onUnreadable: Tell = () => undefined,
): Promise<TranscriptFile[]> {
  const files: TranscriptFile[] = []
  const pause = pauseAfter(sliceMs)
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects, onUnreadable)) {
      const folder = path.join(projects, project.name)
      // A link may lead to a file, which is no project.
      if (project.isDirectory() || (project.isSymbolicLink() && !describeFile(folder)))
        await collectProject(folder, files, { onUnreadable, pause })
    }
  }
  return files.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1))
}

async function collectProject(
  folder: string,
  into: TranscriptFile[],
  { onUnreadable, pause }: { onUnreadable: Tell; pause: () => Promise<void> | undefined },
): Promise<void> {
  for (const entry of readFolder(folder, onUnreadable)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) collectTree(path.join(file, 'subagents'), into, onUnreadable)
    else if (isTranscriptName(entry.name)) collectFile(file, into, onUnreadable)
    const turn = pause()
    if (turn) await turn
  }
}

function collectTree(folder: string, into: TranscriptFile[], onUnreadable?: Tell): void {
  for (const entry of readFolder(folder, onUnreadable)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) collectTree(file, into, onUnreadable)
    else if (isTranscriptName(entry.name)) collectFile(file, into, onUnreadable)
  }
}

function collectFile(file: string, into: TranscriptFile[], onUnreadable?: Tell): void {
  const found = describeFile(file, onUnreadable)
  if (found) into.push(found)
}

/** What stands in a folder. One that is not there is normal; what else keeps us from reading it is told. */
function readFolder(folder: string, onUnreadable?: Tell): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return []
    if (onUnreadable) onUnreadable({ path: folder, why: errorText(error) })
    else if (code !== 'ENOTDIR' && code !== 'EACCES' && code !== 'EPERM' && code !== 'ELOOP') throw error
    return []
  }
}

/** The file as it is now, or undefined where there is no regular file or where it can't be looked at, which is told. */
export function describeFile(file: string, onUnreadable?: Tell): TranscriptFile | undefined {
  try {
    const found = statSync(file)
    if (!found.isFile()) return undefined
    const born = found.birthtimeMs > 0 ? Math.min(found.birthtimeMs, found.mtimeMs) : found.mtimeMs
    // It travels, and whole milliseconds are what all machines keep.
    const birthMs = Math.floor(born)
    return { tool, path: file, size: found.size, mtimeMs: found.mtimeMs, birthMs, inode: found.ino }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    if (onUnreadable) onUnreadable({ path: file, why: errorText(error) })
    else if (code !== 'EACCES' && code !== 'EPERM') throw error
    return undefined
  }
}

/** The main transcript that a hook names, the files of its subagents, and flat old ones beside it. */
export async function listSessionFiles(transcriptPath: string): Promise<TranscriptFile[]> {
  const files: TranscriptFile[] = []
  collectFile(transcriptPath, files)
  collectTree(path.join(transcriptPath.slice(0, -ending.length), 'subagents'), files)
  const folder = path.dirname(transcriptPath)
  for (const entry of readFolder(folder)) {
    const isFlat = entry.name.startsWith('agent-') && isTranscriptName(entry.name)
    if (isFlat && !entry.isDirectory()) collectFile(path.join(folder, entry.name), files)
  }
  return files
}

/** The main transcript of a session by its id, looked for in every project of every root. */
export async function findTranscript(
  roots: readonly string[],
  sessionId: string,
): Promise<string | undefined> {
  for (const file of filesNamed(roots, sessionId)) return file
  return undefined
}

/** The files that have a session's id as their name, in the projects of all roots. */
function* filesNamed(roots: readonly string[], sessionId: string): Generator<string> {
  if (!isSessionId(sessionId)) return
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects)) {
      const file = path.join(projects, project.name, `${sessionId}${ending}`)
      if (describeFile(file)) yield file
    }
  }
}

/**
 * The main transcripts whose name, which is the session's id, begins so. A session mostly has one; a project that was copied,
 * or another root, has one more.
 */
export async function findTranscriptsStarting(
  roots: readonly string[],
  prefix: string,
): Promise<FoundTranscript[]> {
  // A folder can hold thousands: a whole id is looked for by its name.
  const whole = withoutLinkedFolders(filesNamed(roots, prefix))
  if (whole.length > 0) return whole.map(file => ({ tool, sessionId: prefix, path: file }))
  const start = prefix.toLowerCase()
  const found: FoundTranscript[] = []
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects)) {
      const folder = path.join(projects, project.name)
      for (const { name } of readFolder(folder)) {
        const sessionId = path.basename(name, ending)
        if (!name.toLowerCase().startsWith(start) || !isTranscriptName(name) || !isSessionId(sessionId))
          continue
        const file = path.join(folder, name)
        if (describeFile(file)) found.push({ tool, sessionId, path: file })
      }
    }
  }
  return found
}

/** Two roots, or two projects, can be one folder. */
function withoutLinkedFolders(files: Iterable<string>): string[] {
  const byPlace = new Map<string, string>()
  for (const file of files) {
    const place = realpathSync(path.dirname(file))
    if (!byPlace.has(place)) byPlace.set(place, file)
  }
  return [...byPlace.values()]
}

/** The file of a subagent by the id that its lines and its parent's result have. */
export async function findAgentTranscript(
  transcriptPath: string,
  agentId: string,
): Promise<string | undefined> {
  const files = await listSessionFiles(transcriptPath)
  return files.map(file => file.path).find(file => path.basename(file) === `agent-${agentId}${ending}`)
}

/** The id of the subagent whose transcript a file is, as its name has it. */
export function agentIdOf(file: string): string | undefined {
  return isOfSubagent(file) ? path.basename(file, ending).slice('agent-'.length) : undefined
}

/** The main transcripts by session: names of files alone tell. Other work has its turn between folders. */
export async function listMainTranscripts(roots: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects)) {
      for (const { name } of readFolder(path.join(projects, project.name))) {
        const id = name.slice(0, -ending.length)
        if (name.endsWith(ending) && isSessionId(id) && !found.has(id))
          found.set(id, path.join(projects, project.name, name))
      }
      await nextTurn()
    }
  }
  return found
}
