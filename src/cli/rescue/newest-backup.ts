import { readdirSync } from 'node:fs'
import path from 'node:path'
import { type Backup, checkBackup } from '../../store/maintenance/backup.ts'

/** The newest whole backup of a folder, with its path; undefined: there is none. */
export async function newestBackup(folder: string): Promise<{ file: string; backup: Backup } | undefined> {
  for (const name of backupNames(folder)) {
    const file = path.join(folder, name)
    const backup = await checkBackup(file).catch(() => undefined)
    if (backup) return { file, backup }
  }
  return undefined
}

/** When the backup of a name was made, in milliseconds. */
export function timeOfBackup(name: string): number | undefined {
  const [, y, mo, d, h, mi, s] = /^sessions-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name) ?? []
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** Names of backups that were given no name, newest first. */
export function backupNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => /^sessions-\d{8}T\d{6}Z\.duckdb$/.test(name))
      .sort()
      .reverse()
  } catch {
    return []
  }
}
