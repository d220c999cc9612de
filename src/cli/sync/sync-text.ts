import { cleanText } from '../../base/clean-text.ts'
import { errorText } from '../../base/errors.ts'
import { formatBytes, formatCount } from '../../base/format.ts'
import type { Leaving } from '../../sync/dry-run.ts'
import type { SyncReport } from '../../sync/run.ts'
import type { RemoteStatus } from '../../sync/status.ts'
import type { SyncOutcome } from '../../sync/sync.ts'
import { formatCounted } from '../counted.ts'

/** What a sync did, a line a remote. */
export function reportText(outcomes: readonly SyncOutcome[]): string {
  // What is wrong with the only one is said once, with the hint.
  if (outcomes.length === 1 && outcomes[0]?.error) return ''
  return outcomes.map(outcome => `${outcomeLine(outcome)}\n`).join('')
}

/** The same on one line, for a record of it. */
export function summaryText(outcomes: readonly SyncOutcome[]): string {
  if (outcomes.length === 0) return 'nothing to do'
  return outcomes.map(outcomeLine).join('; ')
}

function outcomeLine({ remote, report, error, waitsUntil }: SyncOutcome): string {
  if (error) return `${remote}: failed: ${cleanText(errorText(error))}`
  return `${remote}: ${report ? reportLine(report) : `left alone until ${waitsUntil}`}`
}

function reportLine(report: SyncReport): string {
  const parts: string[] = []
  const say = (count: number, text: string) => {
    if (count > 0) parts.push(text)
  }
  say(report.pushedRows, `${formatCounted(report.pushedRows, 'row')} sent`)
  say(report.pulledRows, `${formatCounted(report.pulledRows, 'row')} received`)
  say(report.publishedRows, `${formatCounted(report.publishedRows, 'readable row')} written`)
  say(report.adopted, `${formatCounted(report.adopted, 'entry', 'entries')} of the older tool adopted`)
  say(report.secrets, `${formatCounted(report.secrets, 'secret')} taken out`)
  say(report.skipped, `${formatCounted(report.skipped, 'row')} from there not usable`)
  if (report.isNewWriter) parts.push('this database is a copy: it goes on under a new name')
  const bytes = report.pushedBytes + report.pulledBytes
  return parts.length === 0 ? 'nothing to do' : `${parts.join(', ')} (${formatBytes(bytes)})`
}

/** What waits, and how the last syncs went. */
export function statusText(remotes: readonly RemoteStatus[], nowMs: number): string {
  if (remotes.length === 0)
    return 'no remotes: nothing leaves this machine; add one with: csl remote add NAME URL --share all|notes\n'
  return remotes.map(remote => remoteText(remote, nowMs)).join('\n')
}

function remoteText(status: RemoteStatus, nowMs: number): string {
  const waiting = status.waiting.map(({ table, rows }) => `${formatCount(rows)} ${table}`)
  const rows = [
    ['waiting', waiting.length === 0 ? 'nothing' : waiting.join(', ')],
    ...(heldText(status) ? [['stays here', heldText(status)]] : []),
    ['last success', minuteOf(status.lastSuccessAt) ?? 'never'],
  ]
  if (status.lastError)
    rows.push(['last error', `${minuteOf(status.lastErrorAt)} ${cleanText(status.lastError)}`])
  if (status.nextRetryAt && Date.parse(status.nextRetryAt) > nowMs)
    rows.push(['next retry', `${minuteOf(status.nextRetryAt)} (by itself; now: csl sync)`])
  const head = `${status.remote}  ${cleanText(status.url)}  (${status.share === 'all' ? 'everything of mine' : 'notes only'})\n`
  return head + rows.map(([name, text]) => `  ${name?.padEnd(13)} ${text}\n`).join('')
}

function minuteOf(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 16).replace('T', ' ')} UTC`
}

/** What settings keep home: an exclusion that nothing fits is a word that was mistyped. */
function heldText({ heldBack: { sessions, entries } }: RemoteStatus): string {
  const parts: string[] = []
  if (sessions > 0) parts.push(formatCounted(sessions, 'session'))
  if (entries > 0) parts.push(formatCounted(entries, 'entry', 'entries'))
  return parts.join(', ')
}

const shownRows = 3

/** What would leave: columns and rows, the first few in full. */
export function dryRunText(leaving: readonly Leaving[]): string {
  if (leaving.length === 0) return 'nothing would leave\n'
  const tables = new Map<string, Leaving>()
  for (const { rows, ...batch } of leaving) {
    const name = `${batch.remote}: ${batch.table}`
    tables.set(name, { ...batch, rows: [...(tables.get(name)?.rows ?? []), ...rows] })
  }
  const lines: string[] = []
  for (const [name, { columns, rows }] of tables) {
    const filled = columns.filter((_, i) => rows.some(row => row[i] !== null))
    lines.push(`${name}: ${formatCounted(rows.length, 'row')}`, `  columns  ${filled.join(', ')}`)
    for (const row of rows.slice(0, shownRows))
      lines.push(`  row      ${cleanText(JSON.stringify(asObject(columns, row)))}`)
    if (rows.length > shownRows) lines.push(`  … and ${formatCount(rows.length - shownRows)} more`)
  }
  return `${lines.join('\n')}\n\nevery row in full: csl sync --dry-run --json\n`
}

/** A row by column, without what is empty. */
export function asObject(
  columns: readonly string[],
  row: readonly (string | null)[],
): Record<string, string | null> {
  const filled = columns
    .map((column, i) => [column, row[i] ?? null] as const)
    .filter(([, cell]) => cell !== null)
  return Object.fromEntries(filled)
}
