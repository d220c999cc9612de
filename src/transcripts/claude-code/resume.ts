import type { CommandLine } from '../source.ts'
import { isSessionId } from './locate.ts'

/**
 * How to continue a session. Clients before 2.1.223 find it only from its own folder. Undefined for an id that Claude Code
 * does not make: it could be an option.
 */
export function resumeSession({ id, cwd }: { id: string; cwd: string }): CommandLine | undefined {
  if (!isSessionId(id)) return undefined
  return { command: 'claude', args: ['--resume', id], cwd }
}
