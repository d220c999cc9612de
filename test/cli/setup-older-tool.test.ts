import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { databaseOf, select } from '../support/database.ts'
import { uuidOf } from '../support/lines.ts'
import { makeSetupHome, type SetupHome } from '../support/setup-home.ts'

// Who comes from the older Python tool has its hooks and its database, in our data folder and under our database's name.

const session = uuidOf(0x901)

async function ofOlderTool(options: { hasLog: boolean }): Promise<SetupHome> {
  const home = makeSetupHome()
  const command = 'python3 -m claude_session_logger.cli record'
  const hooks = { SessionEnd: [{ hooks: [{ type: 'command', command }] }] }
  writeFileSync(home.settings, `${JSON.stringify({ model: 'opus', hooks }, null, 4)}\n`)
  mkdirSync(home.dataFolder, { mode: 0o700 })
  const instance = await DuckDBInstance.create(databaseOf(home))
  const connection = await instance.connect()
  await connection.run(`CREATE TABLE sessions (session_id VARCHAR PRIMARY KEY, project VARCHAR, started_at TIMESTAMP,
    models VARCHAR, input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cost_usd DOUBLE, message_count INTEGER)`)
  await connection.run('CHECKPOINT')
  if (options.hasLog) await connection.run('PRAGMA disable_checkpoint_on_shutdown')
  await connection.run(
    `INSERT INTO sessions VALUES ('${session}', 'orchard', '2026-03-01 22:30:00', 'claude-opus-4-8', 10, 20, 30, 1.25, 3)`,
  )
  connection.closeSync()
  instance.closeSync()
  return home
}

test.each([false, true])(
  'setup takes over what there is, and uninstall gives it back to the byte (with a log: %s)',
  async hasLog => {
    const home = await ofOlderTool({ hasLog })
    const before = home.snapshot()

    const set = await home.setup('--yes')
    const rows = await select(home, 'SELECT session_id AS id FROM sessions')
    const again = await home.setup('--yes')
    const out = await home.setup('--uninstall', '--yes', '--delete-data')

    expect([set.code, out.code], set.stderr + out.stderr).toEqual([0, 0])
    expect(set.stdout).toContain('sessions.duckdb.older-tool')
    expect(set.stdout).toContain('claude_session_logger.cli')
    expect(rows).toEqual([{ id: session }])
    expect(again.stdout).toContain('nothing to do')
    expect(existsSync(`${databaseOf(home)}.wal`)).toBe(hasLog)
    expect(Object.fromEntries(home.snapshot())).toEqual(Object.fromEntries(before))
  },
)

test('where the data is kept, what the older tool had is kept, too, and named', async () => {
  const home = await ofOlderTool({ hasLog: false })
  const older = readFileSync(databaseOf(home))
  await home.setup('--yes')

  const run = await home.setup('--uninstall', '--yes')

  expect(run.stdout).toContain("the older tool's database is kept as sessions.duckdb.older-tool")
  expect(readFileSync(`${databaseOf(home)}.older-tool`).equals(older)).toBe(true)
  expect(await select(home, 'SELECT session_id AS id FROM sessions')).toEqual([{ id: session }])
})

test('a database of the older tool that was never taken over is not ours to delete', async () => {
  const home = await ofOlderTool({ hasLog: true })
  const before = home.snapshot()

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(run.code, run.stderr).toBe(0)
  expect(Object.fromEntries(home.snapshot())).toEqual(Object.fromEntries(before))
})
