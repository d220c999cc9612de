import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UsageError, UserError } from '../../base/errors.ts'
import {
  type RemoteSettings,
  remoteName,
  type Settings,
  type Share,
  writeSettings,
} from '../../base/settings.ts'
import { projectOf } from '../../features/sessions/project-key.ts'
import { alreadyThere } from '../../sync/person.ts'
import { isSameUrl, normaliseUrl } from '../../sync/remotes.ts'
import { addRemote, meaningOf } from '../add-remote.ts'
import { askYesNo } from '../ask.ts'
import type { Context } from '../context.ts'
import { toJson } from '../json.ts'
import { renderTable } from '../output.ts'
import { createSite } from '../site.ts'

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
  process.stderr.write(meaningOf(remote))
  if (!options.yes && !(await askYesNo('Add it?'))) {
    process.stdout.write('not added\n')
    return
  }
  await addRemote(context, remote)
  process.stdout.write(`added ${name}; now: csl sync\n`)
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

/** Tries a remote: that it can be reached, read and written, that its lock holds, and what a sync takes for granted of it. */
export async function remoteTestCommand(context: Context, name: string): Promise<void> {
  const { site } = await createSite(context)
  const { probedRemote } = await import('../sync/probed-remote.ts')
  for (const { state, text, todo } of await probedRemote(context, find(site.settings, name))) {
    process.stdout.write(`${cleanText(text)}\n`)
    if (todo !== null) process.stderr.write(`     ${cleanText(todo)}\n`)
    if (state === 'problem') process.exitCode = exitCode.failure
  }
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
