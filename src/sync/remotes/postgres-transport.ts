import net from 'node:net'
import type { ClientConfig } from 'pg'
import Client from 'pg/lib/client.js'
import { version } from '../../base/version.ts'
import type { PostgresPlace } from './postgres-url.ts'
import type { SqlTransport } from './sql-transport.ts'
import { asRemoteError, isTransient, type Place, RemoteError } from './trouble.ts'

export interface PostgresTransportOptions extends PostgresPlace {
  readonly token: string
  /** How long to wait for the connection, login included, in milliseconds. 20,000, if absent. */
  readonly connectMs?: number
  /** How long a statement may take, in milliseconds. 45,000, if absent. The connection is given up then. */
  readonly statementMs?: number
}

/**
 * Connects to a database through Postgres' protocol; what it speaks there is DuckDB's SQL all the same.
 * Throws RemoteErrors, as do statements. After a transient one of the network every further statement fails at once.
 */
export async function openPostgresTransport(options: PostgresTransportOptions): Promise<SqlTransport> {
  const place: Place = { name: `pg:${options.database}`, secrets: [options.token] }
  const socket = new net.Socket()
  const client = new Client(clientConfig(options, socket))
  const line = createLine(client, socket, place)
  try {
    await line.whileWaiting(client.connect(), options.connectMs ?? 20_000)
    const transport = createTransport(client, line, options.statementMs ?? 45_000)
    // A service that has no such setting runs in UTC anyway.
    await transport.query(`SET TimeZone = 'UTC'`).catch((error: unknown) => {
      if (isTransient(error)) throw error
    })
    return transport
  } catch (error) {
    line.cut()
    throw asRemoteError(error, place)
  }
}

/** What the driver is told. Nothing comes from PG… variables of the environment that could weaken it. */
export function clientConfig(options: PostgresTransportOptions, socket: net.Socket): ClientConfig {
  return {
    host: options.host,
    port: options.port,
    database: options.database,
    // The name is always this one; the token tells who it is (MotherDuck's documentation, "Postgres Endpoint").
    user: 'postgres',
    password: options.token,
    ssl: options.tls ? { rejectUnauthorized: true } : false,
    application_name: `claude-session-logger/${version}`,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => socket,
    // Every cell as the text it came as.
    types: { getTypeParser: () => (text: unknown) => text },
  }
}

interface Line {
  /** Why no further statement can be sent. */
  failure(): RemoteError | undefined
  /** What is waited for, for so long; then the connection is given up, as its answers could come late. */
  whileWaiting<T>(answer: Promise<T>, ms: number): Promise<T>
  cut(): void
}

function createLine(client: Client, socket: net.Socket, place: Place): Line {
  let failure: RemoteError | undefined
  // Without a listener, a connection that breaks while nothing runs would end the process.
  client.on('error', error => {
    failure ??= asRemoteError(error, place)
  })
  client.on('end', () => {
    failure ??= new RemoteError('transient', `${place.name} ended the connection`)
  })
  const cut = () => {
    failure ??= new RemoteError('transient', `${place.name} was closed`)
    socket.destroy()
  }
  return {
    failure: () => failure,
    cut,
    async whileWaiting(answer, ms) {
      const timer = setTimeout(() => {
        failure ??= new RemoteError('transient', `${place.name} did not answer in ${ms / 1000} s`)
        socket.destroy()
      }, ms)
      try {
        return await answer
      } catch (error) {
        throw failure ?? asRemoteError(error, place)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function createTransport(client: Client, line: Line, statementMs: number): SqlTransport {
  return {
    async query(sql, parameters = []) {
      const answer = client.query<Record<string, string | null>>(sql, [...parameters])
      return (await line.whileWaiting(answer, statementMs)).rows
    },
    async close() {
      // Where nobody answers any more, a goodbye would wait for ever.
      const ending = line.failure() ? Promise.resolve() : client.end()
      await line.whileWaiting(ending, 1000).catch(() => undefined)
      line.cut()
    },
  }
}
