import { createInterface } from 'node:readline/promises'
import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UsageError, UserError } from '../../base/errors.ts'
import { updateIdentity } from '../../base/identity.ts'
import {
  type RemoteSettings,
  remoteName,
  type Settings,
  type Share,
  writeSettings,
} from '../../base/settings.ts'
import { projectOf } from '../../features/sessions/project-key.ts'
import { alreadyThere, joinPerson, moveToPerson, refuseTwin } from '../../sync/person.ts'
import { isSameUrl, kindOf, normaliseUrl } from '../../sync/remotes.ts'
import { testRemote } from '../../sync/test-remote.ts'
import type { Context } from '../context.ts'
import { toJson } from '../json.ts'
import { renderTable } from '../output.ts'
import { createSite } from '../site.ts'

/** Who will be able to read what: said before a remote is added. */
const meanings: Readonly<Record<Share, string>> = {
  all: `Everything of yours goes there: your notes, and of every session its tokens, costs, times, project, branch and
title (not your prompts, nor what was answered). Everybody who can open that database can read it, so it should be
yours alone.`,
  notes: `Only log entries go there: title, body, notes, status, tags, project name, who wrote them and when. Everybody who
can open that database can read them. Your sessions, their titles, paths and costs stay here.`,
}

const download = `DuckDB's extension for MotherDuck will be downloaded from extensions.duckdb.org, unless it is here already.\n`

export interface RemoteAddOptions {
  readonly share?: string
  readonly project?: readonly string[]
  readonly yes?: boolean
}

/** Adds a remote after saying who will be able to read what, and makes or joins what is there. */
export async function remoteAddCommand(
  context: Context,
  name: string,
  url: string,
  options: RemoteAddOptions,
): Promise<void> {
  const { site } = await createSite(context)
  if (!remoteName.test(name)) throw new UsageError('a name is a short word of letters, digits, - and _')
  if (site.settings.remotes.some(remote => remote.name === name))
    throw new UserError(
      `there is a remote '${name}' already`,
      `see: csl remote list; or: csl remote remove ${name}`,
    )
  const share = readShare(options.share)
  const remote: RemoteSettings = {
    name,
    url: normaliseUrl(url, process.cwd()),
    share,
    projects: (options.project ?? []).map(projectKeyOf),
  }
  const twin = site.settings.remotes.find(other => isSameUrl(other.url, remote.url))
  if (twin) throw alreadyThere(twin)
  const needsExtension = kindOf(remote.url) === 'motherduck'
  process.stderr.write(`${name}  ${cleanText(remote.url)}
${meanings[share]}
`)
  if (remote.projects.length > 0)
    process.stderr.write(`Only of: ${cleanText(remote.projects.join(', '))}
`)
  if (needsExtension) process.stderr.write(download)
  if (!options.yes && !(await confirm('Add it?'))) {
    process.stdout.write('not added\n')
    return
  }
  if (needsExtension) {
    const { installMotherDuck } = await import('../../sync/remotes/motherduck/extension.ts')
    await installMotherDuck()
  }
  await join(context, remote, { ...site.settings, remotes: [...site.settings.remotes, remote] })
  process.stdout.write(`added ${name}; now: csl sync\n`)
}

/** Connects once: what is wrong is said now and not at night; an `all` remote tells which person I am. */
async function join(context: Context, remote: RemoteSettings, settings: Settings): Promise<void> {
  const { site, tools } = await createSite(context)
  const opened = tools.openRemote(remote, true)
  const { identity, paths } = site
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
  await writeSettings(paths.settingsFile, settings)
}

function readShare(share: string | undefined): Share {
  if (share === 'all' || share === 'notes') return share
  throw new UsageError(
    share === undefined ? 'say who it is for' : `'${share}' is neither all nor notes`,
    '--share all: mine, everything, for my own machines\n--share notes: a team’s, log entries only',
  )
}

/** `.` and other folders mean the project they belong to. */
function projectKeyOf(text: string): string {
  if (!/^(?:\.{1,2}(?:\/|$)|\/)/.test(text)) return text
  const { key, project } = projectOf(text === '.' ? process.cwd() : text)
  return key ?? project ?? text
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError('there is no terminal to ask on', 'say --yes if that is what you want')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

/** Lists the remotes and what goes to each. */
export async function remoteListCommand(context: Context, options: { json?: boolean }): Promise<void> {
  const { site } = await createSite(context)
  const { remotes } = site.settings
  if (options.json) process.stdout.write(`${toJson(remotes)}\n`)
  else if (remotes.length === 0) process.stdout.write('no remotes: nothing leaves this machine\n')
  else {
    const table = renderTable(
      [{ title: 'Remote' }, { title: 'Address', flexible: true }, { title: 'Share' }, { title: 'Projects' }],
      remotes.map(({ name, url, share, projects }) => [name, url, share, projects.join(', ') || 'all']),
      { width: process.stdout.columns },
    )
    process.stdout.write(`${table}\n`)
  }
}

/** Forgets a remote. What is there stays there. */
export async function remoteRemoveCommand(context: Context, name: string): Promise<void> {
  const { site } = await createSite(context)
  const remote = find(site.settings, name)
  const remotes = site.settings.remotes.filter(other => other !== remote)
  await writeSettings(site.paths.settingsFile, { ...site.settings, remotes })
  process.stdout.write(`removed ${name}; what is at ${cleanText(remote.url)} stays there\n`)
}

/** Tries a remote: that it can be reached, read and written, and that its lock holds. */
export async function remoteTestCommand(context: Context, name: string): Promise<void> {
  const { site, tools } = await createSite(context)
  const settings = find(site.settings, name)
  const remote = tools.openRemote(settings)
  try {
    const lines = await testRemote(remote, settings, probeOf(context))
    process.stdout.write(lines.map(line => `${line}\n`).join(''))
  } finally {
    await remote.release()
  }
}

/** The second process of the test: this program again. */
function probeOf({ mainFile }: Context): string[] {
  return [process.execPath, mainFile, 'remote', 'probe']
}

/** What the test starts: says by its exit code whether the file is locked. */
export async function remoteProbeCommand(file: string): Promise<void> {
  const { isLocked } = await import('../../sync/remotes/lock-probe.ts')
  process.exitCode = (await isLocked(file)) ? exitCode.busy : exitCode.ok
}

function find(settings: Settings, name: string): RemoteSettings {
  const remote = settings.remotes.find(candidate => candidate.name === name)
  if (!remote) throw new UserError(`there is no remote '${cleanText(name)}'`, 'see: csl remote list')
  return remote
}
