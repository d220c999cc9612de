import os from 'node:os'
import path from 'node:path'
import { UsageError } from '../base/errors.ts'
import type { Env } from '../base/paths.ts'
import type { RemoteSettings } from '../base/settings.ts'
import type { Remote } from './remote.ts'
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
      throw new UsageError(`'${database}' is no name of a MotherDuck database`, 'use md:NAME: letters, digits, _ and -')
    return `md:${database}`
  }
  if (kind === 'postgres') return url
  if (/^[a-z][a-z0-9+.-]+:/i.test(url) && !url.startsWith('file:'))
    throw new UsageError(`'${url}' is no remote`, 'use md:NAME, pg:NAME or the path of a DuckDB file')
  const file = url.replace(/^file:(?:\/\/)?/, '')
  if (file === '' || file.endsWith('/')) throw new UsageError('a remote is a file, not a folder', 'name the DuckDB file')
  return path.resolve(folder, file)
}

/** The remote behind a setting. Nothing is opened until it is asked something. */
export function openRemote(
  { name, url }: RemoteSettings,
  { env, label }: { env: Env; label: string },
): Remote {
  return createSqlRemote(name, () => connect(url, env, label), isTransient)
}

async function connect(url: string, env: Env, label: string): Promise<SqlTransport> {
  switch (kindOf(url)) {
    case 'file': {
      const { openDuckDbTransport } = await import('./remotes/duckdb-transport.ts')
      return openDuckDbTransport({ file: url, label, waitMs: fileWaitMs })
    }
    case 'motherduck': {
      const [{ openDuckDbTransport }, { findTokens, withToken }] = await Promise.all([
        import('./remotes/duckdb-transport.ts'),
        import('./remotes/motherduck/token.ts'),
      ])
      const database = url.slice('md:'.length)
      return withToken(findTokens(env, env.HOME || os.homedir()), token =>
        openDuckDbTransport({ database, token, waitMs: fileWaitMs }),
      )
    }
    case 'postgres': {
      const [{ openPostgresTransport }, { parsePostgresUrl }, { findTokens, withToken }] = await Promise.all([
        import('./remotes/postgres-transport.ts'),
        import('./remotes/postgres-url.ts'),
        import('./remotes/motherduck/token.ts'),
      ])
      const place = parsePostgresUrl(url)
      return withToken(findTokens(env, env.HOME || os.homedir()), token =>
        openPostgresTransport({ ...place, token }),
      )
    }
  }
}
