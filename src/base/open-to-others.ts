import { readdirSync } from 'node:fs'
import path from 'node:path'
import { isNameOfOurs, isOursAlone, type Kind, modeOfOurs, narrow } from './private.ts'

/** What of the data folder others may read or write: names within it, `.` for itself. What is not ours does not count. */
export function openToOthers(folder: string): string[] {
  return membersOf(folder)
    .filter(({ name, kind }) => ((modeOfOurs(name, kind) ?? 0) & 0o077) !== 0)
    .map(({ name }) => path.relative(folder, name) || '.')
}

/** Takes from others what rights they have in the data folder and in what stands there. */
export function closeToOthers(folder: string): void {
  for (const { name, kind } of membersOf(folder)) narrow(name, kind)
}

/** What we made in the data folder, and itself unless it holds other things, too: those are not ours to close. */
function membersOf(folder: string): { name: string; kind: Kind }[] {
  const isOurs = isOursAlone(folder)
  const members = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .map(entry => ({
      name: path.join(entry.parentPath, entry.name),
      kind: entry.isDirectory() ? ('folder' as const) : ('file' as const),
    }))
    .filter(({ name }) => {
      const [first = ''] = path.relative(folder, name).split(path.sep)
      return isOurs || isNameOfOurs(folder, first)
    })
  return isOurs ? [{ name: folder, kind: 'folder' }, ...members] : members
}
