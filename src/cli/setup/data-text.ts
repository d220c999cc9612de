import { existsSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { errorText } from '../../base/errors.ts'
import { readSettings } from '../../base/settings.ts'
import { listEntries } from '../../features/entries/list.ts'
import { sessionFiles } from '../../features/sessions/count.ts'
import { StoreMissingError, withStore } from '../../store/open.ts'
import { type RemoteStatus, readStatus } from '../../sync/status.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { createSite } from '../site.ts'

const lockWaitMs = 5000

/** What would be lost with the data: how much it is, and what of it is nowhere else. Lines with line ends. */
export async function whatDataHolds(context: Context): Promise<string> {
  const lines = [await countsText(context), ...(await remotesText(context))]
  return lines.map(line => `  ${line}\n`).join('')
}

async function countsText({ paths }: Context): Promise<string> {
  try {
    const { files, entries } = await withStore(
      paths.database,
      { access: 'read', waitMs: lockWaitMs },
      async db => ({
        files: await sessionFiles(db),
        entries: (await listEntries(db, { filter: {} })).length,
      }),
    )
    const ids = new Set(files.map(({ sessionId }) => sessionId))
    const readable = files.filter(({ path: file }) => file !== null && existsSync(file))
    const gone = ids.size - new Set(readable.map(({ sessionId }) => sessionId)).size
    const sessions = formatCounted(ids.size, 'session')
    const only =
      gone > 0 ? `, ${formatCounted(gone, 'of which has', 'of which have')} no transcript here any more` : ''
    return `${sessions}${only}; ${formatCounted(entries, 'entry', 'entries')}`
  } catch (error) {
    if (error instanceof StoreMissingError) return 'no database'
    return `${path.basename(paths.database)} cannot be read: ${cleanText(errorText(error))}`
  }
}

async function remotesText(context: Context): Promise<string[]> {
  try {
    // Asked first: a site makes what is missing.
    const { remotes } = readSettings(context.paths.settingsFile)
    if (remotes.length === 0) return ['there is no remote: it is nowhere else']
    const { site, tools } = await createSite(context)
    return (await readStatus(site, remotes.map(tools.outletOf))).map(remoteText)
  } catch (error) {
    return [`what is synced cannot be told: ${cleanText(errorText(error))}`]
  }
}

function remoteText({ remote, url, share, waiting, lastSuccessAt }: RemoteStatus): string {
  const missing = waiting.map(({ table, rows }) => `${rows} ${table}`).join(', ')
  const what = share === 'all' ? 'everything' : 'notes only'
  const state =
    lastSuccessAt === null ? 'never synced' : missing === '' ? 'nothing waits' : `not yet there: ${missing}`
  return `${remote}  ${cleanText(url)} (${what}): ${state}`
}
