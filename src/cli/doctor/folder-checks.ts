import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import { formatBytes } from '../../base/format.ts'
import { closeToOthers, openToOthers } from '../../base/open-to-others.ts'
import { readSettings } from '../../base/settings.ts'
import { formatCounted } from '../counted.ts'
import type { Examination } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'

/** Programs that copy files while they are written, and make a second copy where two machines wrote. */
const synchronised = /[\\/](Dropbox|OneDrive|Google ?Drive|Mobile Documents|iCloud[^\\/]*|Syncthing)[\\/]/i

export function folderChecks({ context, identity }: Examination): Check[] {
  const { paths } = context
  return [
    { name: 'data folder', look: async () => folderFindings(paths.home) },
    {
      name: 'identity',
      async look() {
        const found = await identity()
        if (!found) return []
        return [ok('identity', `${found.machineLabel} (${found.machineId.slice(0, 8)}), ${found.personName}`)]
      },
    },
    {
      name: 'settings',
      async look() {
        const { remotes } = readSettings(paths.settingsFile)
        return existsSync(paths.settingsFile) ? [ok('settings', formatCounted(remotes.length, 'remote'))] : []
      },
    },
    { name: 'disk', look: async () => [diskFinding(freeBytesAt(paths.home), sizeOf(paths.database))] },
  ]
}

function folderFindings(home: string): Finding[] {
  const found = statSync(home, { throwIfNoEntry: false })
  if (!found) return [warning('data folder', `there is none yet: ${home}`, 'csl setup')]
  if (!found.isDirectory()) return [problem('data folder', `${home} is no folder`, 'move it away; csl setup')]
  const findings: Finding[] = []
  if (process.getuid && found.uid !== process.getuid())
    findings.push(
      problem(
        'data folder',
        `${home} belongs to somebody else`,
        `make it yours: sudo chown -R "$USER" '${home}'`,
      ),
    )
  else if (!isWritable(home))
    findings.push(problem('data folder', `${home} can't be written to`, `chmod u+rwx '${home}'`))
  const open = openToOthers(home)
  if (open.length > 0)
    findings.push(
      warning(
        'data folder',
        `others on this machine can read ${open.slice(0, 3).join(', ')}${open.length > 3 ? ' and more' : ''}`,
        'csl doctor --fix',
        {
          question: null,
          async run() {
            closeToOthers(home)
            return [`closed to others: ${open.join(', ')}`]
          },
        },
      ),
    )
  if (synchronised.test(`${home}/`))
    findings.push(
      warning(
        'data folder',
        'a program copies this folder while it is written',
        'move it (CLAUDE_LOGGER_HOME), and use csl remote between machines',
      ),
    )
  return findings.length > 0 ? findings : [ok('data folder', `${home}, for you alone`)]
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK | constants.R_OK)
    return true
  } catch {
    return false
  }
}

const fewBytes = 1 << 30
const tooFewBytes = 100 << 20

/** Pure. `databaseBytes`: a copy of it must find room. */
export function diskFinding(freeBytes: number, databaseBytes: number): Finding {
  const text = `${formatBytes(freeBytes)} free`
  if (freeBytes < tooFewBytes)
    return problem('disk', `only ${text}`, 'make room: sessions can’t be recorded soon')
  if (freeBytes < Math.max(fewBytes, 2 * databaseBytes))
    return warning('disk', `only ${text}`, 'make room: a backup or csl compact needs some')
  return ok('disk', text)
}

function freeBytesAt(folder: string): number {
  let there = folder
  while (!existsSync(there)) there = path.dirname(there)
  const { bavail, bsize } = statfsSync(there)
  return bavail * bsize
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
