import path from 'node:path'
import { UsageError } from '../../base/errors.ts'
import { openOrMake } from './motherduck/database.ts'
import { type FoundToken, withToken } from './motherduck/token.ts'
import type { SqlTransport } from './sql-transport.ts'

export interface ConnectOptions {
  /** As `findTokens` found them, before anything was opened: an open MotherDuck keeps them out of the environment. */
  readonly tokens: readonly FoundToken[]
  /** What others read who find a file in use: this machine's label as others may see it. */
  readonly label: string
  /** How long to wait for another process that has a file, in milliseconds. */
  readonly waitMs: number
  /** Whether a file may be made where there is none, and for whom: see `DuckDbPlace`. */
  readonly mustExist?: boolean
  readonly isShared?: boolean
}

/**
 * Opens the remote at an address: `md:DATABASE`, `pg:…` (see `parsePostgresUrl`) or the path of a DuckDB file.
 * What only one kind needs is loaded when one of that kind is opened.
 * Throws RemoteErrors, a UsageError for an address that is none, a UserError where a token is needed and there is none.
 */
export async function connect(url: string, options: ConnectOptions): Promise<SqlTransport> {
  if (/^pg:/i.test(url)) {
    const { parsePostgresUrl } = await import('./postgres-url.ts')
    const place = parsePostgresUrl(url)
    const { openPostgresTransport } = await import('./postgres-transport.ts')
    return withToken(options.tokens, token =>
      openOrMake(place.database, (database = 'md:') => openPostgresTransport({ ...place, database, token })),
    )
  }
  const { openDuckDbTransport } = await import('./duckdb-transport.ts')
  const { tokens: _, ...ofFile } = options
  const { waitMs } = options
  if (/^md:/i.test(url)) {
    const name = databaseOf(url)
    return withToken(options.tokens, token =>
      openOrMake(name, (database = '') => openDuckDbTransport({ database, token, waitMs })),
    )
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(url) || !path.isAbsolute(url))
    throw new UsageError(
      'this is no address of a remote',
      'md:DATABASE, pg:DATABASE or the full path of a file',
    )
  return openDuckDbTransport({ file: url, ...ofFile })
}

/** The name goes into a path that MotherDuck's extension reads options from, so it may hold nothing else. */
function databaseOf(url: string): string {
  const database = url.slice('md:'.length) || 'claude_sessions'
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,62}$/u.test(database)) return database
  throw new UsageError(
    'this is no address of a MotherDuck database',
    'md:DATABASE; csl finds the token by itself',
  )
}
