import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'

// Runs as a child process: opens a file remote, commits a row, leaves another in an open transaction, and waits.

const transport = await openDuckDbTransport({ file: process.argv[2] ?? '', label: 'the child' })
await transport.query('CREATE TABLE IF NOT EXISTS t (v VARCHAR)')
await transport.query(`INSERT INTO t VALUES ('committed')`)
await transport.query('BEGIN TRANSACTION')
await transport.query(`INSERT INTO t VALUES ('open')`)
process.send?.('ready')
process.on('message', async () => {
  await transport.query('ROLLBACK')
  await transport.close()
  process.exit(0)
})
