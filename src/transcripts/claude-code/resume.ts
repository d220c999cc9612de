import type { CommandLine } from '../source.ts'

/** How to continue a session. Clients before 2.1.223 find it only from its own folder. */
export function resumeSession({ id, cwd }: { id: string; cwd: string }): CommandLine {
  return { command: 'claude', args: ['--resume', id], cwd }
}
