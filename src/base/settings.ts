import { errorCode, errorText, UserError } from './errors.ts'
import { readTextIfThere, writeFileAtomic } from './files.ts'

/** Who will be able to read what on a remote: everything of mine on my own machines, or a team's notes. */
export type Share = 'all' | 'notes'

export interface RemoteSettings {
  readonly name: string
  readonly url: string
  readonly share: Share
  /** Project keys or names; only what belongs to them goes there. Empty: everything. */
  readonly projects: readonly string[]
}

/** What may leave this machine, besides the allow-list of columns. */
export interface PrivacySettings {
  /** Project keys or names of which nothing leaves. */
  readonly excludeProjects: readonly string[]
  /** Stable pseudonyms instead of project names and keys. */
  readonly anonymiseProjects: boolean
  /** The host name where no label was chosen; otherwise a pseudonym goes. */
  readonly sendHostname: boolean
  readonly sendCwd: boolean
  readonly stripTitles: boolean
  /** Rows on remotes older than this are removed there; null: kept. */
  readonly retentionDays: number | null
  /** Tables that do not travel. */
  readonly withoutTables: readonly string[]
}

export interface Settings {
  readonly remotes: readonly RemoteSettings[]
  readonly privacy: PrivacySettings
}

export const defaultPrivacy: PrivacySettings = {
  excludeProjects: [],
  anonymiseProjects: false,
  sendHostname: false,
  sendCwd: false,
  stripTitles: false,
  retentionDays: null,
  withoutTables: [],
}

/**
 * Reads settings.json of the data folder; a missing file means the defaults: no remotes.
 * Throws a UserError that names the field for anything odd: a setting that is misread could send what must stay.
 */
export function readSettings(file: string): Settings {
  const text = readTextIfThere(file)
  if (text === undefined) return { remotes: [], privacy: defaultPrivacy }
  const wrong = (what: string) => new UserError(`${file}: ${what}`, 'correct it; nothing is sent until then')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw wrong(`not JSON (${errorText(error)})`)
  }
  if (!isObject(value)) throw wrong('must hold an object')
  const { remotes = [], privacy = {}, ...rest } = value
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) throw wrong(`unknown setting '${unknown}'`)
  if (!Array.isArray(remotes)) throw wrong(`'remotes' must be a list`)
  if (!isObject(privacy)) throw wrong(`'privacy' must be an object`)
  const read = remotes.map((remote: unknown, i) => readRemote(remote, `remotes[${i}]`, wrong))
  const names = new Set(read.map(remote => remote.name))
  if (names.size !== read.length) throw wrong('two remotes have one name')
  return { remotes: read, privacy: readPrivacy(privacy, wrong) }
}

/** Writes settings.json whole; private, since a URL can name people's systems. */
export async function writeSettings(file: string, settings: Settings): Promise<void> {
  try {
    await writeFileAtomic(file, `${JSON.stringify(settings, null, 2)}\n`)
  } catch (error) {
    throw new UserError(
      `cannot write ${file}: ${errorCode(error) ?? errorText(error)}`,
      'check its permissions',
    )
  }
}

type Wrong = (what: string) => UserError

function readRemote(value: unknown, place: string, wrong: Wrong): RemoteSettings {
  if (!isObject(value)) throw wrong(`'${place}' must be an object`)
  const { name, url, share, projects = [] } = value
  if (typeof name !== 'string' || !remoteName.test(name))
    throw wrong(`'${place}.name' must be a short word of letters, digits, '-' and '_'`)
  if (typeof url !== 'string' || url === '') throw wrong(`'${place}.url' must be text`)
  if (share !== 'all' && share !== 'notes') throw wrong(`'${place}.share' must be "all" or "notes"`)
  return { name, url, share, projects: readTexts(projects, `${place}.projects`, wrong) }
}

export const remoteName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/

function readPrivacy(value: Record<string, unknown>, wrong: Wrong): PrivacySettings {
  const unknown = Object.keys(value).find(key => !(key in defaultPrivacy))
  if (unknown !== undefined) throw wrong(`unknown setting 'privacy.${unknown}'`)
  const flag = (key: 'anonymiseProjects' | 'sendHostname' | 'sendCwd' | 'stripTitles') => {
    const found = value[key] ?? defaultPrivacy[key]
    if (typeof found !== 'boolean') throw wrong(`'privacy.${key}' must be true or false`)
    return found
  }
  const retentionDays = value.retentionDays ?? null
  if (retentionDays !== null && !(Number.isInteger(retentionDays) && Number(retentionDays) >= 1))
    throw wrong(`'privacy.retentionDays' must be a whole number of days, or null`)
  return {
    excludeProjects: readTexts(value.excludeProjects ?? [], 'privacy.excludeProjects', wrong),
    anonymiseProjects: flag('anonymiseProjects'),
    sendHostname: flag('sendHostname'),
    sendCwd: flag('sendCwd'),
    stripTitles: flag('stripTitles'),
    retentionDays: retentionDays === null ? null : Number(retentionDays),
    withoutTables: readTables(value.withoutTables ?? [], wrong),
  }
}

/** The tables that travel: a word that is none of them would keep nothing home. A test holds the list to store/tables.ts. */
export const travellingTables = ['changes', 'machines', 'session_facts', 'usage_records']

function readTables(value: unknown, wrong: Wrong): string[] {
  const names = readTexts(value, 'privacy.withoutTables', wrong)
  const odd = names.find(name => !travellingTables.includes(name))
  if (odd === undefined) return names
  throw wrong(`'privacy.withoutTables' knows no table '${odd}': ${travellingTables.join(', ')}`)
}

function readTexts(value: unknown, place: string, wrong: Wrong): string[] {
  if (!Array.isArray(value) || !value.every(text => typeof text === 'string' && text !== ''))
    throw wrong(`'${place}' must be a list of texts`)
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
