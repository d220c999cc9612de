import { spawn } from 'node:child_process'
import { exitCode, UserError } from '../base/errors.ts'
import type { RemoteSettings } from '../base/settings.ts'
import { changes } from '../store/tables.ts'
import type { Remote } from './remote.ts'
import { kindOf } from './remotes.ts'

/**
 * Tries a remote and answers what was found, a line each. For a file a second process tries to open it while this one has
 * it: not every network share keeps two processes apart, and where it does not, rows would be lost.
 * Throws what stands in the way. `probe` is the command line of the second process, to which the file is added.
 */
export async function testRemote(
  remote: Remote,
  { url }: RemoteSettings,
  probe: readonly string[],
): Promise<string[]> {
  const { vector, older } = await remote.known(changes)
  const lines = [
    'reached',
    vector.size === 1 ? '1 database has sent notes there' : `${vector.size} databases have sent notes there`,
  ]
  if (older.rows > 0) lines.push(`${older.rows} rows of the older tool are there`)
  if (kindOf(url) === 'file') {
    await proveLock(url, probe)
    lines.push('its lock holds between processes')
  }
  return lines
}

async function proveLock(file: string, [command = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(command, [...args, file], { stdio: 'ignore' })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === exitCode.busy) return
  throw new UserError(
    code === exitCode.ok
      ? `locks do not hold at ${file}: two machines would overwrite each other there`
      : `the lock of ${file} could not be tried`,
    'use a disk or share that keeps locks, or another kind of remote',
  )
}
