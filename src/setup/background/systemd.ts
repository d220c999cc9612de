import { lstatSync, readlinkSync, rmSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { failureText, type Ran } from '../../base/process.ts'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { removeEmptyFolders, textFile } from '../text-file.ts'
import type { TextPlace } from '../text-place.ts'
import { asOneStep, type Job, type JobState, troubleFrom } from './job.ts'
import { nextStart, spreadMinutes } from './schedule.ts'
import { isOurUnit, minutesOf, serviceText, timerText, unitName } from './systemd-units.ts'

const timer = `${unitName}.timer`

/** A timer of the person's own systemd, which starts a service. */
export function systemdJob(place: SetupPlace): Job {
  const { paths, now } = place
  const folder = path.join(place.env.XDG_CONFIG_HOME || path.join(place.userHome, '.config'), 'systemd/user')
  const files = {
    service: textFile(path.join(folder, `${unitName}.service`), 0o644),
    timer: textFile(path.join(folder, timer), 0o644),
  }
  const grafts = [
    unitGraft(files.service, () => serviceText(paths.hookShim)),
    unitGraft(files.timer, text => timerText(minutesOf(text ?? '') ?? spreadMinutes(now()))),
  ]
  const systemctl = (...args: string[]) => place.run('systemctl', ['--user', ...args])
  const plan = (planOne: typeof planAddition) =>
    Promise.all(grafts.map(graft => planOne(paths.setupRecord, graft, { title: graft.place.name })))

  async function planOut(): Promise<Step[]> {
    const units = await plan(planRemoval)
    const wants = path.join(folder, 'timers.target.wants')
    const link = path.join(wants, timer)
    if (units.every(step => step === undefined) && !isLink(link)) return []
    const stop: Step = {
      part: 'background',
      title: timer,
      async run() {
        // Where systemd cannot be reached, nothing of it runs, and its link is a file like any other.
        await systemctl('disable', '--now', timer)
        if (isLink(link)) rmSync(link, { force: true })
        removeEmptyFolders([wants])
      },
    }
    const reload: Step = {
      part: 'background',
      title: timer,
      async run() {
        await systemctl('daemon-reload')
        await systemctl('reset-failed', `${unitName}.service`)
      },
    }
    // In reverse: the first one written knows which folders were made.
    return asOneStep([stop, ...units.reverse(), reload], {
      title: `the timer of systemd (${files.timer.name})`,
    })
  }

  return {
    async planAddition() {
      const units = await plan(planAddition)
      const { isReached, isEnabled, isActive, why } = await askManager(place)
      if (!isReached) throw notReached(why)
      const isChanged = units.some(step => step !== undefined)
      const start: Step | undefined =
        isEnabled && isActive && !isChanged
          ? undefined
          : {
              part: 'background',
              title: timer,
              async run() {
                check(await systemctl('daemon-reload'))
                check(await systemctl('enable', timer))
                check(await systemctl('restart', timer))
              },
            }
      return asOneStep([...units, start], {
        title: `a timer of systemd: a sync every 15 minutes (${files.timer.name})`,
        details: await lingerText(place),
      })
    },

    planAbsence: planOut,
    planRemoval: planOut,

    async read() {
      const state: JobState = {
        kind: 'systemd',
        where: files.timer.name,
        isInstalled: false,
        isCurrent: false,
        isLoaded: false,
        trouble: null,
        nextAt: null,
      }
      try {
        const texts = await Promise.all(grafts.map(graft => graft.place.read()))
        if (texts.every(text => text === undefined || !isOurUnit(text))) return state
        const manager = await askManager(place)
        const isLoaded = manager.isEnabled && manager.isActive
        const next = nextStart(`${minutesOf(texts[1] ?? '') ?? ''} * * * *`, now())
        return {
          ...state,
          isInstalled: true,
          isCurrent: grafts.every((graft, i) => graft.add(texts[i]) === texts[i]),
          isLoaded,
          trouble: manager.isReached ? (isLoaded ? null : notLoaded) : troubleFrom(notReached(manager.why)),
          nextAt: isLoaded && next !== undefined ? new Date(next).toISOString() : null,
        }
      } catch (error) {
        return { ...state, trouble: troubleFrom(error) }
      }
    },
  }
}

/** A unit is ours as a whole; one of that name that is not stays. */
function unitGraft(unit: TextPlace, textOf: (text: string | undefined) => string): Graft {
  return {
    part: 'background',
    place: unit,
    add(text) {
      if (text !== undefined && !isOurUnit(text))
        throw new UserError(`${unit.name} is not ours`, 'move it away, or: csl background enable cron')
      return textOf(text)
    },
    remove: text => (isOurUnit(text) ? undefined : text),
  }
}

interface Manager {
  /** The person's own systemd answers. */
  readonly isReached: boolean
  readonly isEnabled: boolean
  readonly isActive: boolean
  /** What was said, where it does not. */
  readonly why: string
}

async function askManager({ run }: SetupPlace): Promise<Manager> {
  const ran = await run('systemctl', ['--user', 'show', timer, '--property=UnitFileState,ActiveState'])
  const has = (line: string) => ran.stdout.split('\n').includes(line)
  return {
    isReached: ran.code === 0,
    isEnabled: has('UnitFileState=enabled'),
    isActive: has('ActiveState=active'),
    why: ran.why === 'ENOENT' ? 'systemd is not installed' : failureText(ran),
  }
}

/** Whether the person's own systemd answers. */
export async function isSystemdReached(place: SetupPlace): Promise<boolean> {
  return (await askManager(place)).isReached
}

/** What it means that the person's own systemd lives as long as somebody is logged in. */
async function lingerText({ run }: SetupPlace): Promise<string[]> {
  const ran = await run('loginctl', ['show-user', '--property=Linger', String(process.getuid?.() ?? '')])
  if (ran.stdout.trim() === 'Linger=yes') return []
  return ['runs while you are logged in; also when you are not: loginctl enable-linger']
}

const notLoaded = { message: 'the timer is not started', hint: 'run: csl background enable' }

function notReached(why: string): UserError {
  return new UserError(
    `systemd of this user cannot be reached: ${why}`,
    'it needs a login of its own, not su or sudo; or: csl background enable cron',
  )
}

function check(ran: Ran): void {
  if (ran.code !== 0)
    throw new UserError(
      `systemctl failed: ${failureText(ran)}`,
      'the units are written; then run: csl background enable',
    )
}

function isLink(file: string): boolean {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return false
  return path.basename(readlinkSync(file)) === timer
}
