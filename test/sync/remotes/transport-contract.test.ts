import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { openPostgresTransport } from '../../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../../src/sync/remotes/postgres-url.ts'
import { createFaultPlan } from '../../support/faults.ts'
import { openFaulty } from '../../support/faulty-transport.ts'
import { startPgServer } from '../../support/pg-server/start.ts'
import { describeTransport } from '../../support/transport-contract.ts'

function makeFolder(): { file: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-transport-'))
  return { file: path.join(folder, 'remote.duckdb'), remove: () => rmSync(folder, { recursive: true }) }
}

describeTransport('a DuckDB file', async () => {
  const { file, remove } = makeFolder()
  return {
    open: () => openDuckDbTransport({ file }),
    dispose: async () => remove(),
  }
})

describeTransport('a DuckDB file with a plan of no faults', async () => {
  const { file, remove } = makeFolder()
  return {
    open: () => openFaulty(() => openDuckDbTransport({ file }), createFaultPlan()),
    dispose: async () => remove(),
  }
})

describeTransport('Postgres’ protocol', async () => {
  const { file, remove } = makeFolder()
  const server = await startPgServer({ file })
  return {
    open: () => openPostgresTransport({ ...parsePostgresUrl(server.url), token: server.token }),
    async dispose() {
      await server.stop()
      remove()
    },
  }
})
