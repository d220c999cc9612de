import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import { openPostgresTransport } from '../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../src/sync/remotes/postgres-url.ts'
import { createFaultPlan } from '../support/faults.ts'
import { openFaulty } from '../support/faulty-transport.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import type { PrimaryKeys } from '../support/primary-keys.ts'
import { allKeys, describeRemote } from '../support/remote-contract.ts'

const kinds: readonly (readonly [string, PrimaryKeys])[] = [
  ['without keys', 'none'],
  ['with keys', allKeys],
]

for (const [name, keys] of kinds) {
  describeRemote(`a file ${name}`, keys, async keys => {
    const { file, remove } = makeFolder()
    const settings = { threads: '1' }
    return {
      open: () =>
        openFaulty(() => openDuckDbTransport({ file, settings, waitMs: 5_000 }), createFaultPlan(), keys),
      dispose: async () => remove(),
    }
  })

  describeRemote(`Postgres’ protocol ${name}`, keys, async primaryKeys => {
    const { file, remove } = makeFolder()
    const server = await startPgServer({ file, primaryKeys })
    return {
      open: () => openPostgresTransport({ ...parsePostgresUrl(server.url), token: server.token }),
      async dispose() {
        await server.stop()
        remove()
      },
    }
  })
}

function makeFolder(): { file: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-remote-'))
  return { file: path.join(folder, 'remote.duckdb'), remove: () => rmSync(folder, { recursive: true }) }
}
