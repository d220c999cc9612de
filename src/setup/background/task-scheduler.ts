import type { SetupPlace } from '../setup-place.ts'
import { jobWords } from './job.ts'
import { everyMinutes } from './schedule.ts'

/** What works on Windows, with the line that makes a task of Windows' own scheduler. */
export function taskSchedulerText({
  node,
  mainFile,
}: Pick<SetupPlace, 'node' | 'mainFile'>): readonly string[] {
  const command = [`\\"${node}\\"`, `\\"${mainFile}\\"`, ...jobWords].join(' ')
  return [
    'commands and hooks work on Windows; a background sync is for you to set up, in a terminal, with this line:',
    `schtasks /Create /F /SC MINUTE /MO ${everyMinutes} /TN "claude-session-logger sync" /TR "${command}"`,
    'and to take it away again: schtasks /Delete /F /TN "claude-session-logger sync"',
  ]
}
