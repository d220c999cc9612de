import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Paths } from '../base/paths.ts'
import { noteAddition, readRecord } from './record.ts'
import { dataFolderKey } from './setup-lock.ts'
import type { SetupPlace } from './setup-place.ts'
import type { Step } from './step.ts'

/** What stands in the data folder, by what becomes of it. Names. */
export interface DataFolder {
  /** What can't be made anew, or what the person wrote: it goes only when the person says so. */
  readonly data: readonly string[]
  /** What setup and hooks made to work with: it goes with them. */
  readonly tools: readonly string[]
  /** Not ours: it stays. */
  readonly others: readonly string[]
}

/** Sorts the names in the data folder. `hasJobs`: payloads of hooks wait in the spool. Pure. */
export function sortDataFolder(paths: Paths, names: readonly string[], hasJobs: boolean): DataFolder {
  const dataNames = [
    paths.database,
    paths.machineFile,
    paths.changesFile,
    paths.inboxFile,
    paths.sessionTypesFile,
    paths.pricesFile,
    paths.settingsFile,
    paths.pseudonymKeyFile,
    paths.syncState,
    paths.backups,
  ].map(file => path.basename(file))
  const toolNames = [paths.hookShim, paths.logFile, paths.setupRecord, paths.backgroundRun].map(file =>
    path.basename(file),
  )
  const spool = path.basename(paths.spool)
  const kindOf = (name: string): keyof DataFolder => {
    if (name === spool) return hasJobs ? 'data' : 'tools'
    if (/^\..+\.[0-9a-f]{12}\.tmp$/.test(name) || /^setup-(backup-[0-9a-f]{16}|crontab)\.txt$/.test(name))
      return 'tools'
    if (toolNames.some(tool => name === tool || name.startsWith(`${tool}.`))) return 'tools'
    // With what belongs to them: `sessions.duckdb.wal`, copies that were set aside.
    if (dataNames.some(own => name.startsWith(own))) return 'data'
    return 'others'
  }
  const all = names.map(name => ({ name, kind: kindOf(name) }))
  const of = (kind: keyof DataFolder) => all.filter(one => one.kind === kind).map(one => one.name)
  return { data: of('data'), tools: of('tools'), others: of('others') }
}

/** Looks into the data folder, past locks, which are for who has them to give back; empty where there is none. */
export function readDataFolder(paths: Paths): DataFolder {
  const locks = [paths.setupLock, paths.syncLock].map(file => path.basename(file))
  const names = namesIn(paths.home).filter(name => !locks.includes(name))
  return sortDataFolder(paths, names, hasJobs(paths.spool))
}

/** Payloads of hooks that are not recorded yet, and those that never could be. */
function hasJobs(spool: string): boolean {
  return [spool, path.join(spool, 'failed')].some(folder =>
    namesIn(folder).some(name => name.endsWith('.json')),
  )
}

/** Takes things of ours out of the data folder. */
export function removeFromDataFolder(paths: Paths, names: readonly string[]): void {
  for (const name of names) rmSync(path.join(paths.home, name), { recursive: true, force: true })
}

/**
 * Plans to take out what setup and hooks made in the data folder to work with, and what is recorded of it: the last step of an
 * uninstall. A record that still names something is needed to take that out.
 */
export function planTidying(paths: Paths): readonly Step[] {
  const { tools } = readDataFolder(paths)
  if (tools.length === 0) return []
  return [
    {
      part: 'data',
      title: `what hooks and setup work with in ${paths.home}`,
      details: [tools.join(', ')],
      async run() {
        await noteAddition(paths.setupRecord, dataFolderKey, undefined)
        const isNeeded = (name: string) =>
          existsSync(paths.setupRecord) && /^setup(-backup-.*|\.json)$/.test(name)
        const left = readDataFolder(paths).tools.filter(name => !isNeeded(name))
        removeFromDataFolder(paths, left)
      },
    },
  ]
}

/** The folders that are of no use to anybody once nothing of ours is in them, outermost first. */
export function foldersOfData({ paths, claudeRoot }: SetupPlace): readonly string[] {
  const recorded = readRecord(paths.setupRecord).additions[dataFolderKey]?.folders ?? []
  const own = path.dirname(paths.home) === claudeRoot ? [claudeRoot, paths.home] : [paths.home]
  return [...new Set([...recorded, ...own])].sort((one, other) => one.length - other.length)
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
