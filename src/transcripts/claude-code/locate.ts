import { type Dirent, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode } from '../../base/errors.ts'
import type { TranscriptFile } from '../source.ts'

export const tool = 'claude-code'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ending = '.jsonl'

/** Whether a text is a session id as Claude Code makes them, and so safe in a path. */
export function isSessionId(text: string): boolean {
  return uuid.test(text)
}

/**
 * Which session a file belongs to, and which of its files it is. A main file's stem if that is a UUID, else the
 * first `sessionId` in it, else its stem. A subagent's file lies below its session's folder, or beside it in
 * layouts before 2.1.2; its lines carry the parent's id.
 */
export function placeOf(file: string, firstSessionId: string | null): { sessionId: string; member: string } {
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
  if (isFlatSubagent(file)) return { sessionId: firstSessionId ?? stem, member: stem }
  return { sessionId: isSessionId(stem) ? stem : (firstSessionId ?? stem), member: '' }
}

function isFlatSubagent(file: string): boolean {
  return path.basename(file).startsWith('agent-')
}

function isTranscriptName(name: string): boolean {
  return name.endsWith(ending) && name !== 'journal.jsonl'
}

/** Every transcript below `<root>/projects`, newest first. Folders that can't be read are passed over. */
export async function listTranscripts(roots: readonly string[]): Promise<TranscriptFile[]> {
  const files: TranscriptFile[] = []
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects)) {
      if (project.isDirectory() || project.isSymbolicLink()) {
        collectProject(path.join(projects, project.name), files)
      }
    }
  }
  return files.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1))
}

function collectProject(folder: string, into: TranscriptFile[]): void {
  for (const entry of readFolder(folder)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) collectTree(path.join(file, 'subagents'), into)
    else if (isTranscriptName(entry.name)) collectFile(file, into)
  }
}

function collectTree(folder: string, into: TranscriptFile[]): void {
  for (const entry of readFolder(folder)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) collectTree(file, into)
    else if (isTranscriptName(entry.name)) collectFile(file, into)
  }
}

function collectFile(file: string, into: TranscriptFile[]): void {
  const found = describeFile(file)
  if (found) into.push(found)
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM' || code === 'ELOOP')
      return []
    throw error
  }
}

/** The file as it is now, or undefined where there is no regular file. */
export function describeFile(file: string): TranscriptFile | undefined {
  try {
    const found = statSync(file)
    if (!found.isFile()) return undefined
    const birthMs = found.birthtimeMs > 0 ? Math.min(found.birthtimeMs, found.mtimeMs) : found.mtimeMs
    return { tool, path: file, size: found.size, mtimeMs: found.mtimeMs, birthMs, inode: found.ino }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ELOOP') return undefined
    throw error
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
  if (!isSessionId(sessionId)) return undefined
  for (const root of roots) {
    const projects = path.join(root, 'projects')
    for (const project of readFolder(projects)) {
      const file = path.join(projects, project.name, `${sessionId}${ending}`)
      if (describeFile(file)) return file
    }
  }
  return undefined
}
