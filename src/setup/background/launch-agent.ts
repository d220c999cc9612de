import { UserError } from '../../base/errors.ts'
import { agentLabel } from '../../base/launch-agent.ts'
import { jobWords } from './job.ts'
import { everyMinutes } from './schedule.ts'

const mark = '<!-- Written by claude-session-logger (csl setup); changes are overwritten. -->'

export function isOurAgent(text: string): boolean {
  return text.includes(mark)
}

/** A property list for launchd (launchd.plist): at login, then every 15 minutes, when nothing else wants the machine. */
export function agentText(shim: string): string {
  const words = ['/bin/sh', shim, ...jobWords]
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${mark}
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${agentLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words.map(word => `    <string>${xmlText(word)}</string>\n`).join('')}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>StartInterval</key>
  <integer>${everyMinutes * 60}</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
</dict>
</plist>
`
}

function xmlText(text: string): string {
  // XML 1.0 has no way to write most control characters.
  if (/[\0-\x1f\x7f\ufffe\uffff]/.test(text))
    throw new UserError(
      'the data folder has a control character in its name, which launchd cannot keep',
      'use another one (CLAUDE_LOGGER_HOME)',
    )
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
