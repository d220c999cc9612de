import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { SetupPlace } from '../setup-place.ts'

const daemons = ['cron', 'crond', 'fcron', 'busybox-crond']

/** Whether cron runs. macOS starts its own where there is a crontab; what cannot be told counts as running. */
export function isCronRunning({ platform }: Pick<SetupPlace, 'platform'>, proc = '/proc'): boolean {
  if (platform !== 'linux') return true
  const processes = namesIn(proc).filter(name => /^\d+$/.test(name))
  // Other people's processes can be hidden: then there are very few, and cron is none of them.
  if (!processes.includes('1')) return true
  return processes.some(pid => daemons.includes(nameOf(path.join(proc, pid))))
}

/** What to do where cron does not run. `systemd`: the folder that is there where systemd started this machine (sd_booted). */
export function howToStartCron(
  { isWsl }: Pick<SetupPlace, 'isWsl'>,
  systemd = '/run/systemd/system',
): readonly string[] {
  const what = 'cron is not running; until it does, only hooks and csl sync itself will sync'
  if (existsSync(systemd))
    return [what, 'start it, now and always: sudo systemctl enable --now cron (or crond)']
  if (!isWsl) return [what, 'start it: sudo service cron start (or crond)']
  return [
    what,
    'start it now: sudo service cron start',
    'start it with WSL, always: put these two lines into /etc/wsl.conf, then run: wsl.exe --shutdown',
    '  [boot]',
    '  command = service cron start',
  ]
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function nameOf(processFolder: string): string {
  try {
    return readFileSync(path.join(processFolder, 'comm'), 'utf8').trim()
  } catch {
    // Ended while we looked.
    return ''
  }
}
