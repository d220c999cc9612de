import { realpathSync } from 'node:fs'
import path from 'node:path'
import { UsageError } from '../base/errors.ts'
import { type Env, findUserHome } from '../base/paths.ts'
import type { RemoteSettings } from '../base/settings.ts'
import type { Remote } from './remote.ts'
import { connect } from './remotes/connect.ts'
import { findTokens } from './remotes/motherduck/token.ts'
import { createSqlRemote } from './remotes/sql-remote.ts'
import type { SqlTransport } from './remotes/sql-transport.ts'
import { isTransient } from './remotes/trouble.ts'

/** How long another process may have a file that is a remote. */
const fileWaitMs = 10_000

/** What kinds of remotes there are, by how their URL begins. */
export type RemoteKind = 'motherduck' | 'postgres' | 'file'

export function kindOf(url: string): RemoteKind {
  if (url.startsWith('md:')) return 'motherduck'
  return url.startsWith('pg:') ? 'postgres' : 'file'
}

/**
 * A URL as it is kept: `md:` alone means MotherDuck's `claude_sessions`; a path is made absolute.
 * Throws a UsageError for what can't be one.
 */
export function normaliseUrl(url: string, folder: string): string {
  const kind = kindOf(url)
  if (kind === 'motherduck') {
    const database = url.slice('md:'.length) || 'claude_sessions'
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(database))
      throw new UsageError(
        `'${database}' is no name of a MotherDuck database`,
        'use md:NAME: letters, digits, _ and -',
      )
    return `md:${database}`
  }
  if (kind === 'postgres') return url
  if (/^[a-z][a-z0-9+.-]+:/i.test(url) && !url.startsWith('file:'))
    throw new UsageError(`'${url}' is no remote`, 'use md:NAME, pg:NAME or the path of a DuckDB file')
  const file = url.replace(/^file:(?:\/\/)?/, '')
  if (file === '' || file.endsWith('/'))
    throw new UsageError('a remote is a file, not a folder', 'name the DuckDB file')
  return path.resolve(folder, file)
}

/** Whether two URLs, as they are kept, name one place. By other names it can be one all the same. */
export function isSameUrl(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other)
}

/** Names of hosts and databases mean the same in capitals, paths the same through links. */
function placeOf(url: string): string {
  if (kindOf(url) !== 'file') return url.toLowerCase()
  try {
    return realpathSync(url)
  } catch {
    return url
  }
}

/** How a remote is reached. */
interface Access {
  readonly env: Env
  /** What others read who find a file in use. */
  readonly label: string
  /** A file may be made. */
  readonly isNew: boolean
}

/** The remote behind a setting. Nothing is opened until it is asked something. */
export function openRemote(settings: RemoteSettings, access: Access): Remote {
  return createSqlRemote(settings.name, opener(settings, access), isTransient)
}

/** A connection to the remote behind a setting. Throws RemoteErrors. */
export function openTransport(settings: RemoteSettings, access: Access): Promise<SqlTransport> {
  return opener(settings, access)()
}

function opener({ url, share }: RemoteSettings, { env, label, isNew }: Access): () => Promise<SqlTransport> {
  // Found once: opening MotherDuck takes them out of the environment.
  const tokens = kindOf(url) === 'file' ? [] : findTokens(env, findUserHome(env))
  const ofFile = { mustExist: !isNew, isShared: share === 'notes' }
  return () => connect(url, { tokens, label, waitMs: fileWaitMs, ...ofFile })
}
