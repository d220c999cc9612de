import { spawn } from 'node:child_process'
import { packageFolder } from './home.ts'

/** Another process that has the database open for writing, until it is told to let go. */
export async function holdLock(database: string): Promise<{ release: () => Promise<void> }> {
  const script = `
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const instance = await DuckDBInstance.create(process.argv[1])
    const connection = await instance.connect()
    process.stdout.write('held')
    process.stdin.on('end', () => process.exit(0)).resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, database], {
    cwd: packageFolder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()))
  const held = new Promise<void>(resolve => child.stdout.once('data', () => resolve()))
  await Promise.race([held, ended])
  if (child.exitCode !== null) throw new Error(`${database} could not be held`)
  return {
    async release() {
      child.stdin.end()
      await ended
    },
  }
}
