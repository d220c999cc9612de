import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { asRemoteError, RemoteError } from '../../src/sync/remotes/trouble.ts'
import { type FaultPlan, failing, type Trouble, textOf } from './faults.ts'
import { type PrimaryKeys, withPrimaryKeys } from './primary-keys.ts'

/**
 * Opens a transport that fails by a plan, as one over a network would: for those that have no server in between. The plan
 * may go on over several. A statement that is never answered is given up at once.
 */
export async function openFaulty(
  open: () => Promise<SqlTransport>,
  plan: FaultPlan,
  primaryKeys?: PrimaryKeys,
): Promise<SqlTransport> {
  if (plan.login()) throw new RemoteError('refused', 'the remote refused the token')
  const inner = await open()
  let isBroken = false

  const broken = async (): Promise<RemoteError> => {
    isBroken = true
    // The other end rolls back what is not committed.
    await inner.close()
    return new RemoteError('transient', 'the connection broke')
  }
  const failed = async (trouble: Trouble): Promise<RemoteError> => {
    await inner.query(failing).catch(() => undefined)
    return asRemoteError(new Error(textOf(trouble)), { name: 'the remote', secrets: [] })
  }

  return {
    async query(sql, parameters) {
      if (isBroken) throw new RemoteError('transient', 'the connection broke before')
      const trouble = plan.statement()
      if (trouble?.do === 'delay') await sleep(trouble.ms)
      if (trouble?.do === 'stall' || trouble?.do === 'reset before') throw await broken()
      if (trouble?.do === 'error' || trouble?.do === 'full') throw await failed(trouble)
      const rows = await inner.query(withPrimaryKeys(sql, primaryKeys), parameters)
      if (trouble?.do === 'reset after') throw await broken()
      if (trouble?.do === 'error after') throw await failed(trouble)
      return rows
    },
    async close() {
      if (!isBroken) await inner.close()
    },
  }
}
