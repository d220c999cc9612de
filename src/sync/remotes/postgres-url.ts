import { isIP } from 'node:net'
import { UsageError } from '../../base/errors.ts'

/** Where a database is that speaks Postgres' protocol. There is no token in it, and none belongs into it. */
export interface PostgresPlace {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Always, but for tests on this machine. */
  readonly tls: boolean
}

const defaultRegion = 'us-east-1'

/**
 * Reads `pg:DATABASE` (MotherDuck's endpoint, `?region=eu-central-1` for another region), or `pg://HOST[:PORT]/DATABASE`,
 * with `?tls=off` where the host is this machine.
 * Hosts and port: MotherDuck's documentation, "Postgres Endpoint" and "Cloud regions".
 * Throws a UsageError for anything else, without repeating it: people put passwords into addresses.
 */
export function parsePostgresUrl(text: string): PostgresPlace {
  const { url, options } = parsed(text)
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('the address of a remote must not hold a token', 'csl finds the token by itself')
  }
  const isOwnHost = url.host !== ''
  for (const name of options.keys())
    if (name !== (isOwnHost ? 'tls' : 'region')) throw wrong(`there is no option ${JSON.stringify(name)}`)
  const database = decodeURIComponent(url.pathname.replace(/^\//, ''))
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ -]{0,62}$/u.test(database)) throw wrong('it does not name a database')
  if (!isOwnHost) {
    const region = options.get('region') ?? defaultRegion
    if (!/^[a-z]{2}-[a-z]+-\d$/.test(region)) throw wrong('there is no such region')
    return { host: `pg.${region}-aws.motherduck.com`, port: 5432, database, tls: true }
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const wish = options.get('tls')
  if (wish !== null && wish !== 'off') throw wrong('tls can only be off')
  if (wish === 'off' && !isLoopback(host))
    throw wrong('tls=off is for this machine only: a token would cross the network readable')
  return { host, port: url.port === '' ? 5432 : Number(url.port), database, tls: wish === null }
}

function parsed(text: string): { url: URL; options: URLSearchParams } {
  if (!text.startsWith('pg:')) throw wrong('it does not begin with pg:')
  try {
    const url = new URL(text)
    return { url, options: url.searchParams }
  } catch {
    throw wrong('it is not an address')
  }
}

function wrong(reason: string): UsageError {
  return new UsageError(
    `this address of a remote can't be used: ${reason}`,
    'pg:DATABASE, pg:DATABASE?region=eu-central-1 or pg://HOST[:PORT]/DATABASE',
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
