import { cleanText } from '../../base/clean-text.ts'
import { readSettings } from '../../base/settings.ts'
import { newestEntries } from '../../features/entries/newest.ts'
import { newestSessions } from '../../features/sessions/newest.ts'
import { withStore } from '../../store/open.ts'
import type { Context } from '../context.ts'

const most = 100

/**
 * What a shell asks for when somebody presses Tab: words of a kind, newest first, each with what it is behind a tab. Nobody waits
 * for a lock then, and nobody reads errors.
 */
export async function complete(context: Context, [what]: readonly string[]): Promise<void> {
  const found = await candidates(context, what).catch(() => [])
  process.stdout.write(found.map(([word, about]) => `${word}\t${cleanText(about).slice(0, 80)}\n`).join(''))
}

/** Only ids of our own shape: what others can name stands in no shell. */
const isPlain = (word: string) => /^[0-9A-Za-z][0-9A-Za-z._-]*$/.test(word)

async function candidates(
  { paths }: Context,
  what: string | undefined,
): Promise<readonly (readonly [string, string])[]> {
  if (what === 'remotes') return readSettings(paths.settingsFile).remotes.map(({ name, url }) => [name, url])
  if (what !== 'sessions' && what !== 'entries') return []
  const newest = what === 'sessions' ? newestSessions : newestEntries
  const rows = await withStore(paths.database, { access: 'read', threads: 1 }, db => newest(db, most))
  return rows.filter(({ id }) => isPlain(id)).map(({ id, title }) => [id.slice(0, 8), title ?? ''])
}
