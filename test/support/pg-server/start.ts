import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { bundle } from '../bundle.ts'
import type { Fault } from '../faults.ts'
import { packageFolder } from '../home.ts'
import type { Count, Order, ServerSettings } from './main.ts'

export interface PgServer {
  readonly port: number
  /** The password it takes. */
  readonly token: string
  /** Where it is, for `csl remote add`. */
  readonly url: string
  /** Statements since it started. BEGIN, COMMIT and SET are statements too. */
  statements(): Promise<number>
  bytesReceived(): Promise<number>
  /** Other faults from now on; their statements are counted from here. */
  setFaults(faults: readonly Fault[]): Promise<void>
  /** Ends it in good order: the file can be opened then. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/**
 * Starts a server that speaks Postgres' protocol over a DuckDB file, as a process of its own: it stands in for MotherDuck's
 * endpoint. What it can't show: TLS (it says that it has none), logins but by password in the clear, anything but
 * text formats and OIDs, COPY, cancelling, Describe without Execute; what MotherDuck's SQL lacks or words differently;
 * a simple query of several statements counts as one and answers with the last.
 * `bytesFile` gets every byte that clients send.
 */
export async function startPgServer(
  settings: Omit<ServerSettings, 'password'> & { readonly password?: string },
): Promise<PgServer> {
  const token = settings.password ?? `token-${randomUUID()}`
  const program = await bundle(path.join(import.meta.dirname, 'main.ts'))
  const child = fork(program, [JSON.stringify({ ...settings, password: token })], {
    cwd: packageFolder,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()))
  const port = await reply<number>(child).finally(() => rmSync(program, { force: true }))
  const count = () => ask<Count>(child, 'count')
  return {
    port,
    token,
    url: `pg://127.0.0.1:${port}/scratch?tls=off`,
    statements: async () => (await count()).statements,
    bytesReceived: async () => (await count()).bytes,
    async setFaults(faults) {
      await ask(child, { faults })
    },
    async stop() {
      if (child.connected) child.send('stop' satisfies Order)
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** One question at a time. */
function ask<T>(child: ChildProcess, order: Order): Promise<T> {
  const answer = reply<T>(child)
  child.send(order)
  return answer
}

function reply<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the server ended'))
    child.once('exit', onExit)
    child.once('message', message => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}
