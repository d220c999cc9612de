import { cleanText } from '../../base/clean-text.ts'
import type { JobState } from '../../setup/background/job.ts'
import type { Background } from '../../setup/background/read.ts'

const names = { cron: 'cron', systemd: 'a timer of systemd', launchd: 'an agent of launchd' } as const

/** How it stands with the background sync, for people. */
export function backgroundText({ jobs, unreadable, lastRun }: Background, logFile: string): string {
  const rows: string[][] = []
  for (const job of jobs.length > 0 ? jobs : unreadable) rows.push(...jobRows(job))
  if (jobs.length === 0)
    rows.unshift(['job', 'none: hooks and csl sync start syncs; every 15 minutes: csl background enable'])
  if (jobs.length > 1)
    rows.push(['trouble', 'one way is enough', 'run: csl background enable cron|systemd|launchd'])
  rows.push(['last run', lastRunText(lastRun)], ['log', logFile])
  return rows.map(([name = '', ...lines]) => rowText(name, lines)).join('')
}

function jobRows({ kind, where, isInstalled, isCurrent, isLoaded, trouble, nextAt }: JobState): string[][] {
  const rows: string[][] = []
  if (isInstalled) rows.push(['job', `${names[kind]}: ${where}`], ['loaded', isLoaded ? 'yes' : 'no'])
  if (nextAt !== null) rows.push(['next run', minuteOf(nextAt)])
  if (trouble) rows.push(['trouble', trouble.message, ...trouble.hint.split('\n')])
  else if (isInstalled && !isCurrent)
    rows.push(['trouble', 'another version wrote it', 'run: csl background enable'])
  return rows
}

function lastRunText(run: Background['lastRun']): string {
  if (!run) return 'never'
  const { startedAt, endedAt, ok, result } = run
  if (endedAt === null) return `${minuteOf(startedAt)}: did not end, or is at it`
  return `${minuteOf(startedAt)}: ${ok ? '' : 'failed: '}${result}`
}

function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

function rowText(name: string, lines: readonly string[]): string {
  return lines
    .filter(line => line !== '')
    .map((line, i) => `${(i === 0 ? name : '').padEnd(9)} ${cleanText(line)}\n`)
    .join('')
}
