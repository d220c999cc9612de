import { cleanText } from '../base/clean-text.ts'
import { updateIdentity } from '../base/identity.ts'
import { type RemoteSettings, type Share, writeSettings } from '../base/settings.ts'
import { wrapLine } from '../base/text-width.ts'
import { joinPerson, moveToPerson, refuseTwin } from '../sync/person.ts'
import { kindOf } from '../sync/remotes.ts'
import { testRemote } from '../sync/test-remote.ts'
import type { Context } from './context.ts'
import { createSite } from './site.ts'

/** Who will be able to read what: said before a remote is added. */
const meanings: Readonly<Record<Share, string>> = {
  all: 'Everything of yours goes there: your notes, and of every session its tokens, costs, times, project, branch and title (not your prompts, nor what was answered). Everybody who can open that database can read it, so it should be yours alone.',
  notes:
    'Only log entries go there: title, body, notes, status, tags, project name, who wrote them and when. Everybody who can open that database can read them. Your sessions, their titles, paths and costs stay here.',
}

const widest = 110

/** What adding a remote means: for the person, before the question. Ends with a line end. */
export function meaningOf({ name, url, share, projects }: RemoteSettings): string {
  const lines = [`${name}  ${cleanText(url)}`, meanings[share]]
  if (projects.length > 0) lines.push(`Only of: ${cleanText(projects.join(', '))}`)
  if (kindOf(url) === 'motherduck')
    lines.push(
      'DuckDB’s extension for MotherDuck will be downloaded from extensions.duckdb.org, unless it is here already.',
    )
  const width = Math.min(process.stderr.columns ?? widest, widest)
  return lines.map(line => `${wrapLine(line, width)}\n`).join('')
}

/**
 * Adds a remote that the person agreed to. Connects once: what is wrong is said now and not at night; an `all` remote tells
 * which person I am. Throws a UserError, having added nothing.
 */
export async function addRemote(context: Context, remote: RemoteSettings): Promise<void> {
  if (kindOf(remote.url) === 'motherduck') {
    const { installMotherDuck } = await import('../sync/remotes/motherduck/extension.ts')
    await installMotherDuck()
  }
  const { site, tools } = await createSite(context)
  const { identity, paths, settings } = site
  const opened = tools.openRemote(remote, true)
  try {
    await testRemote(opened, remote, probeOf(context))
    await refuseTwin(site, opened)
    if (remote.share === 'all') {
      const personId = await joinPerson(site, opened)
      if (personId !== identity.personId) {
        await site.withLedger(ledger =>
          ledger.db.transaction(() => moveToPerson(ledger, identity.personId, personId)),
        )
        await updateIdentity(paths, context.env, { personId })
      }
    }
  } finally {
    await opened.release()
  }
  await writeSettings(paths.settingsFile, { ...settings, remotes: [...settings.remotes, remote] })
}

/** The second process of a remote's test: this program again. */
export function probeOf({ mainFile }: Context): string[] {
  return [process.execPath, mainFile, 'remote', 'probe']
}
