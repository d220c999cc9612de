import { spawnSync } from 'node:child_process'
import os from 'node:os'
import { errorCode, errorText, UserError } from '../../base/errors.ts'
import { findSession } from '../../features/sessions/find.ts'
import { planResume, resumeText } from '../../features/sessions/resume.ts'
import type { CommandLine } from '../../transcripts/source.ts'
import { type Context, placeOf } from '../context.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** Continues a session in its own folder, with the terminal handed over; its exit code becomes ours. */
export async function resumeCommand(context: Context, idOrPrefix: string): Promise<void> {
  const { identity, paths } = await placeOf(context)
  const session = await withUpToDateStore(context, db => findSession(db, idOrPrefix))
  const line = await planResume(session, { roots: paths.claudeRoots, machineId: identity.machineId })
  process.exitCode = handOver(line, context.env)
}

/**
 * Runs it as if the person had typed it. Synchronous, because a screen that was just left goes on reading the keyboard:
 * only a process that waits shares no key with its child.
 */
function handOver(line: CommandLine, env: Context['env']): number {
  // Ctrl-C is for the child; what it does about it is its own affair.
  const ignore = () => undefined
  process.on('SIGINT', ignore)
  try {
    const { error, status, signal } = spawnSync(line.command, line.args, {
      cwd: line.cwd,
      stdio: 'inherit',
      env: { ...env },
    })
    if (error) throw notStarted(line, error)
    return status ?? 128 + (signal === null ? 0 : os.constants.signals[signal])
  } finally {
    process.off('SIGINT', ignore)
  }
}

function notStarted(line: CommandLine, error: Error): UserError {
  const why = errorCode(error) === 'ENOENT' ? 'it is not on the PATH' : errorText(error)
  return new UserError(`cannot run ${line.command}: ${why}`, `to run by hand: ${resumeText(line)}`)
}
