import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { openPostgresTransport } from '../../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../../src/sync/remotes/postgres-url.ts'
import { createFaultPlan } from '../../support/faults.ts'
import { openFaulty } from '../../support/faulty-transport.ts'
import { type PgServer, startPgServer } from '../../support/pg-server/start.ts'
import { describeTransport } from '../../support/transport-contract.ts'

// Where the person lives decides nothing. DuckDB reads it as it opens, in the server's process too.
process.env.TZ = 'Asia/Tokyo'

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
  server ??= await startPgServer({ file: place.file })
  const { url, token } = server
  const open = () => openPostgresTransport({ ...parsePostgresUrl(url), token })
  return {
    open,
    async dispose() {
      const transport = await open()
      await transport.query('DROP TABLE IF EXISTS t')
      await transport.close()
    },
  }
})

const place = makeFolder()
let server: PgServer | undefined

afterAll(async () => {
  await server?.stop()
  place.remove()
})
