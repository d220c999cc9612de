import { createHmac } from 'node:crypto'
import type { Identity } from '../base/identity.ts'
import { mayHoldSecret, redact } from '../base/redact.ts'
import type { PrivacySettings, RemoteSettings } from '../base/settings.ts'
import type { Columns } from './row-text.ts'

type Cells = readonly (string | null)[]

/** What leaves for one remote: who may see what, decided once and asked for every row. */
export interface Outlet {
  readonly remote: RemoteSettings
  readonly privacy: PrivacySettings
  readonly identity: Identity
  /** Makes pseudonyms that stay the same; only who has it can find out what they stand for. */
  readonly pseudonymKey: string
}

/** Whether anything has to be asked of a project at all. */
export function limitsProjects({ remote, privacy }: Outlet): boolean {
  return remote.projects.length > 0 || privacy.excludeProjects.length > 0
}

/** Where `meta` keeps under which settings rows were last sent to a remote. */
export function privacyKey(remoteId: string): string {
  return `privacy:${remoteId}`
}

/** The settings that decide what leaves, as text to see later whether they changed. */
export function privacyState({ remote, privacy }: Outlet): string {
  return JSON.stringify({ share: remote.share, projects: remote.projects, ...privacy, retentionDays: null })
}

/** The outlet as it was under settings that were kept; as it is now where none are. */
export function outletAsOf(outlet: Outlet, state: string | null): Outlet {
  if (state === null) return outlet
  const { share, projects, ...privacy } = JSON.parse(state) as PrivacySettings & RemoteSettings
  return { ...outlet, remote: { ...outlet.remote, share, projects }, privacy }
}

/** Whether rows say of places and people other than they did. */
export function areNamesOther(before: Outlet, now: Outlet): boolean {
  const names = ({ privacy }: Outlet) => {
    const { anonymiseProjects, sendHostname, sendCwd, stripTitles } = privacy
    return JSON.stringify([anonymiseProjects, sendHostname, sendCwd, stripTitles])
  }
  return names(before) !== names(now)
}

/** Measured rows from before this instant (ISO 8601) are not kept on remotes; null: all are. */
export function keptSince({ privacy }: Outlet, nowMs: number): string | null {
  if (privacy.retentionDays === null) return null
  return new Date(nowMs - privacy.retentionDays * 86_400_000).toISOString()
}

/** Whether rows of a project may leave for the remote. */
export function mayLeave(
  { remote, privacy }: Outlet,
  project: { name: string | null; key: string | null },
): boolean {
  const isNamed = (list: readonly string[]) =>
    list.some(entry => [project.name, project.key].some(text => text?.toLowerCase() === entry.toLowerCase()))
  if (isNamed(privacy.excludeProjects)) return false
  return remote.projects.length === 0 || isNamed(remote.projects)
}

/** A row as it may leave: columns that stay home are empty, names are pseudonyms where that was asked for. Pure. */
export function outgoingRow(outlet: Outlet, columns: Columns, cells: Cells): (string | null)[] {
  const { privacy, remote } = outlet
  const names = Object.keys(columns)
  const value = (name: string) => cells[names.indexOf(name)] ?? null
  return names.map((name, i) => {
    const cell = cells[i] ?? null
    if (cell === null) return null
    switch (name) {
      case 'cwd':
      case 'last_cwd':
      case 'relocated_cwd':
        return privacy.sendCwd ? cell : null
      case 'title':
        // A title that is a prompt's first line is a prompt.
        if (names.includes('category')) return cell
        return privacy.stripTitles || value('title_source') === 'prompt' ? null : cell
      case 'project':
        return privacy.anonymiseProjects ? pseudonym(outlet, 'project', cell) : cell
      case 'project_key':
        if (isPath(cell) && !privacy.sendCwd)
          return remote.share === 'notes' ? null : pseudonym(outlet, 'path', cell)
        return privacy.anonymiseProjects ? pseudonym(outlet, 'project', cell) : cell
      case 'value':
        return saysWhere(value('kind')) ? outgoingWhere(outlet, cell) : cell
      case 'git_branch':
        return privacy.anonymiseProjects ? null : cell
      case 'branches':
      case 'pr_urls':
        return privacy.anonymiseProjects ? '[]' : cell
      case 'session_id':
        // Of an entry. A team reads what was said, not in which session.
        return remote.share === 'notes' && names.includes('category') ? null : cell
      case 'label':
      case 'machine_label':
        return cell === outlet.identity.machineLabel ? machineName(outlet) : cell
      case 'created_by':
      case 'updated_by':
      case 'person_name':
        return outgoingName(outlet, cell)
      default:
        return cell
    }
  })
}

/** Whether what was said of entries can name projects or folders that are not to leave as they are. */
export function namesPlaces({ privacy }: Outlet, text: string): boolean {
  return (
    privacy.anonymiseProjects || (!privacy.sendCwd && /"project_key":"(?:[/\\~]|[A-Za-z]:|file:)/.test(text))
  )
}

function saysWhere(kind: string | null): boolean {
  return kind === 'create' || kind === 'place'
}

const where = ['project', 'project_key']

/** Where an entry belongs, in the JSON of a change, under the rules for rows. */
function outgoingWhere(outlet: Outlet, json: string): string {
  let said: unknown
  try {
    said = JSON.parse(json)
  } catch {
    return json
  }
  if (typeof said !== 'object' || said === null) return json
  const known: Record<string, unknown> = { ...said }
  const names = where.filter(name => typeof known[name] === 'string')
  const columns = Object.fromEntries(names.map(name => [name, 'VARCHAR']))
  const safe = outgoingRow(
    outlet,
    columns,
    names.map(name => String(known[name])),
  )
  return JSON.stringify({ ...known, ...Object.fromEntries(names.map((name, i) => [name, safe[i] ?? null])) })
}

/** The host name leaves only if switched on; a label that somebody chose is made to be seen. */
export function machineName({ identity, privacy }: Outlet): string {
  return privacy.sendHostname ? identity.machineLabel : identity.publicLabel
}

/** Who has no name is called after the machine. Rows keep the name that held when they were made. */
function outgoingName({ identity, privacy }: Outlet, name: string): string {
  if (privacy.sendHostname || !name.startsWith('unknown@')) return name
  const isPublic = name === `unknown@${identity.publicLabel}` || /^unknown@machine-[0-9a-f]{6}$/.test(name)
  return isPublic ? name : `unknown@${identity.publicLabel}`
}

/** A project without a git remote is known by a folder: `/home/…`, `C:\…`, `file:…`. */
function isPath(key: string): boolean {
  return /^(?:[/\\~]|[A-Za-z]:[\\/]|file:)/.test(key)
}

function pseudonym({ pseudonymKey }: Outlet, kind: string, text: string): string {
  return `${kind}-${createHmac('sha256', pseudonymKey).update(`${kind}\n${text}`).digest('hex').slice(0, 12)}`
}

/** Takes out secrets that somebody's branch, tool or project is named with. Counts them. */
export function withoutSecrets(
  columns: Columns,
  rows: readonly (readonly (string | null)[])[],
): { rows: (string | null)[][]; secrets: number } {
  const types = Object.values(columns)
  let secrets = 0
  const cleaned = rows.map(row =>
    row.map((cell, i) => {
      if (cell === null || types[i] !== 'VARCHAR' || !mayHoldSecret(cell)) return cell
      const { text, count } = redact(cell)
      secrets += count
      return text
    }),
  )
  return { rows: cleaned, secrets }
}
