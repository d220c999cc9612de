import { randomUUID } from 'node:crypto'
import type { Remote } from '../remote.ts'
import { RemoteMovedError } from '../remote.ts'
import { readOlderRows } from './older-rows.ts'
import { pullBatch } from './pull-batch.ts'
import { isUnmade, readKnown } from './read-known.ts'
import { claimRemote, makeRemoteSchema } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'
import { publishRows, pushBatch, retireRows } from './write-rows.ts'

/**
 * A remote that is a DuckDB database, however SQL reaches it. `open` is asked for a connection when one is needed and
 * again after one was lost: a transaction that has failed leaves nothing behind it.
 */
export function createSqlRemote(
  name: string,
  open: () => Promise<SqlTransport>,
  isTransient: (error: unknown) => boolean,
): Remote {
  let connection: Promise<SqlTransport> | undefined

  async function connected(): Promise<SqlTransport> {
    connection ??= open()
    return connection.catch((error: unknown) => {
      connection = undefined
      throw error
    })
  }

  async function disconnect(): Promise<void> {
    const closing = connection
    connection = undefined
    await closing?.then(transport => transport.close()).catch(() => undefined)
  }

  /** A connection on which something failed may be in any state: the next verb gets a new one. */
  async function withTransport<T>(work: (transport: SqlTransport) => Promise<T>): Promise<T> {
    try {
      return await work(await connected())
    } catch (error) {
      if (!(error instanceof RemoteMovedError)) await disconnect()
      throw error
    }
  }

  const transaction = <T>(work: (transport: SqlTransport) => Promise<T>) =>
    withTransport(async transport => {
      await transport.query('BEGIN TRANSACTION')
      try {
        const result = await work(transport)
        await transport.query('COMMIT')
        return result
      } catch (error) {
        await transport.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    })

  return {
    name,
    isTransient,
    known: table =>
      withTransport(async transport => {
        const known = await readKnown(transport, table).catch((error: unknown) => {
          if (!isUnmade(error)) throw error
          return null
        })
        if (known) return known
        await makeRemoteSchema(transport, randomUUID())
        const made = await readKnown(transport, table)
        if (!made) throw new Error(`the schema of ${name} could not be made`)
        return made
      }),
    push: batch => transaction(transport => pushBatch(transport, batch)),
    publish: rows => transaction(transport => publishRows(transport, rows)),
    async *pull(table, wanted, limit) {
      const after = new Map([...wanted].map(([writerId, { after }]) => [writerId, after]))
      for (;;) {
        const batch = await withTransport(transport => pullBatch(transport, table, wanted, after, limit))
        if (!batch) return
        for (const [writerId, seq] of batch.upTo) after.set(writerId, seq)
        yield batch
      }
    },
    claim: personId => transaction(transport => claimRemote(transport, personId)),
    retire: (writerId, before) => transaction(transport => retireRows(transport, writerId, before)),
    olderRows: page => withTransport(transport => readOlderRows(transport, page)),
    release: disconnect,
  }
}
