import { UserError } from '../../base/errors.ts'
import { jobWords } from './job.ts'

/** Our units carry this name: `….service`, `….timer`. */
export const unitName = 'claude-session-logger-sync'

const mark = '# Written by claude-session-logger (csl setup); for changes of yours: systemctl --user edit'

export function isOurUnit(text: string): boolean {
  return text.startsWith(mark)
}

/** One sync, when nothing else wants the machine (systemd.service, systemd.exec). */
export function serviceText(shim: string): string {
  return `${mark}
[Unit]
Description=claude-session-logger: sync with the remotes

[Service]
Type=oneshot
ExecStart=/bin/sh ${unitWord(shim)} ${jobWords.join(' ')}
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=30min
`
}

/** `minutes`: of each hour, `7,22,37,52`. */
export function timerText(minutes: string): string {
  return `${mark}
[Unit]
Description=claude-session-logger: a sync every 15 minutes

[Timer]
OnCalendar=*:${minutes}

[Install]
WantedBy=timers.target
`
}

/** The minutes of a timer that is ours. */
export function minutesOf(timer: string): string | undefined {
  return /^OnCalendar=\*:([\d,]+)$/m.exec(timer)?.[1]
}

/** A word of a command line in a unit: quoted, with what systemd would expand doubled (systemd.service, "Command lines"). */
function unitWord(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text))
    throw new UserError(
      'the data folder has a control character in its name, which systemd cannot keep',
      'use another one (CLAUDE_LOGGER_HOME), or: csl background enable cron',
    )
  return `"${text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$')}"`
}
