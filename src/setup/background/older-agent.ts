import { existsSync } from 'node:fs'
import path from 'node:path'
import { noteAddition, readRecord } from '../record.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'

/** The agent of the older Python tool, which wrote the same database. Its file stays as it is: launchd is told not to start it. */
const label = 'com.keithfajardo.claude-session-logger.flush'
/** Under which the record says that we switched it off. */
const key = `launchd: ${label}`

function fileOf({ userHome }: SetupPlace): string {
  return path.join(userHome, 'Library/LaunchAgents', `${label}.plist`)
}

/** Plans to switch the older tool's agent off; no step where there is none, or it is off. */
export function planOlderAgentOff(place: SetupPlace, domain: string): Step[] {
  const { run, paths } = place
  const file = fileOf(place)
  if (!existsSync(file) || readRecord(paths.setupRecord).additions[key]) return []
  return [
    {
      part: 'background',
      title: `the older tool's agent is switched off: ${file}`,
      async run() {
        await noteAddition(paths.setupRecord, key, {
          part: 'background',
          before: null,
          after: '',
          folders: [],
        })
        await run('launchctl', ['bootout', `${domain}/${label}`])
        await run('launchctl', ['disable', `${domain}/${label}`])
      },
    },
  ]
}

/** Plans to switch it on again, where it was us who switched it off. */
export function planOlderAgentOn(place: SetupPlace, domain: string): Step[] {
  const { run, paths } = place
  const file = fileOf(place)
  if (!readRecord(paths.setupRecord).additions[key]) return []
  return [
    {
      part: 'background',
      title: `the older tool's agent is switched on again: ${file}`,
      async run() {
        await run('launchctl', ['enable', `${domain}/${label}`])
        if (existsSync(file)) await run('launchctl', ['bootstrap', domain, file])
        await noteAddition(paths.setupRecord, key, undefined)
      },
    },
  ]
}
