import { appendFileSync } from 'node:fs'
import net from 'node:net'
import duckdb from '@duckdb/node-bindings'
import { createFaultPlan, type Fault } from '../faults.ts'
import type { PrimaryKeys } from '../primary-keys.ts'
import { openBackend, openDatabase } from './database.ts'
import { serve } from './session.ts'

// Runs as a child process: a server that speaks Postgres' protocol over a DuckDB file and can fail on purpose.

export interface ServerSettings {
  readonly file: string
  readonly password: string
  readonly primaryKeys?: PrimaryKeys
  readonly faults?: readonly Fault[]
  readonly bytesFile?: string
  /** The databases there are, all of them the one file; absent: whichever is asked for. */
  readonly databases?: readonly string[]
}

export type Order = { readonly faults: readonly Fault[] } | 'count' | 'stop'

export interface Count {
  readonly statements: number
  readonly bytes: number
}

const settings: ServerSettings = JSON.parse(process.argv[2] ?? '{}')
const plan = createFaultPlan(settings.faults)
const instance = await openDatabase(settings.file)
const open = () => openBackend(instance)
const databases = settings.databases ? new Set(settings.databases) : null
let bytes = 0
const sockets = new Set<net.Socket>()

const server = net.createServer(socket => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('data', chunk => {
    bytes += chunk.length
    if (settings.bytesFile) appendFileSync(settings.bytesFile, chunk)
  })
  serve(socket, { plan, password: settings.password, primaryKeys: settings.primaryKeys, open, databases })
})

process.on('disconnect', () => process.exit(1))
process.on('message', (order: Order) => {
  if (order === 'stop') stop()
  else if (order === 'count') process.send?.({ statements: plan.statements(), bytes } satisfies Count)
  else {
    plan.set(order.faults)
    process.send?.('done')
  }
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : undefined)
})

function stop(): void {
  for (const socket of sockets) socket.destroy()
  server.close(async () => {
    // What the clients' connections leave behind is rolled back as they close.
    await new Promise(resolve => setImmediate(resolve))
    duckdb.close_sync(instance)
    process.disconnect()
    process.exit(0)
  })
}
