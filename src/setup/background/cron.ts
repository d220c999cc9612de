import path from 'node:path'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import { readBackup, readRecord } from '../record.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { howToStartCron, isCronRunning } from './cron-daemon.ts'
import { addCronLine, dropCronLines, findCronLines, olderLines, removeCronLines } from './cron-line.ts'
import { crontab } from './crontab.ts'
import { type Job, type JobState, type Trouble, troubleFrom } from './job.ts'
import { nextStart, spreadMinutes } from './schedule.ts'

/** A line of the person's crontab. */
export function cronJob(place: SetupPlace): Job {
  const { paths, run, now } = place
  const shim = paths.hookShim
  const table = crontab(run, path.join(paths.home, 'setup-crontab.txt'))
  const graft: Graft = {
    part: 'background',
    place: table,
    add: text => addCronLine(text, shim, spreadMinutes(now())),
    remove(text, before) {
      const rest = removeCronLines(text, shim, before)
      return rest === '' && text !== '' ? undefined : rest
    },
  }
  const known = () => readRecord(paths.setupRecord).additions[table.key]

  async function planOut(): Promise<Step[]> {
    try {
      const step = await planRemoval(paths.setupRecord, graft, { title: 'the line of your crontab' })
      return step ? [step] : []
    } catch (error) {
      // A crontab that cannot be read holds nothing of ours, unless we wrote to it.
      if (known()) throw error
      return []
    }
  }

  return {
    async planAddition() {
      const replaced = olderLines(await table.read()).map(line => `replaces the older tool's: ${line}`)
      const step = await planAddition(paths.setupRecord, graft, {
        title: 'a line of your crontab: a sync every 15 minutes',
        details: [...replaced, ...(isCronRunning(place) ? [] : howToStartCron(place))],
      })
      return step ? [step] : []
    },

    async planAbsence() {
      const addition = known()
      const older = [
        ...olderLines(await table.read().catch(() => undefined)),
        ...olderLines(addition && readBackup(paths.setupRecord, addition)),
      ]
      if (older.length === 0) return planOut()
      const without: Graft = { ...graft, add: text => dropCronLines(text ?? '', shim) }
      const step = await planAddition(paths.setupRecord, without, {
        title: "the line of your crontab, and the older tool's",
        details: older,
      })
      return step ? [step] : []
    },

    planRemoval: planOut,

    async read() {
      const unknown = {
        kind: 'cron',
        where: table.name,
        isCurrent: false,
        isLoaded: false,
        nextAt: null,
      } as const
      try {
        const lines = findCronLines((await table.read()) ?? '', shim)
        const active = lines.find(line => line.isActive)
        const next = active && nextStart(active.schedule, now())
        const isRunning = isCronRunning(place)
        return {
          ...unknown,
          isInstalled: lines.length > 0,
          isCurrent: lines.length === 1 && active?.isCurrent === true,
          isLoaded: active !== undefined && isRunning,
          trouble: lines.length === 0 ? null : troubleOf(place, active !== undefined),
          nextAt: isRunning && next !== undefined ? new Date(next).toISOString() : null,
        } satisfies JobState
      } catch (error) {
        return { ...unknown, isInstalled: false, trouble: troubleFrom(error) }
      }
    },
  }
}

function troubleOf(place: SetupPlace, isActive: boolean): Trouble | null {
  if (!isActive)
    return { message: 'the line of the crontab is a comment', hint: 'run: csl background enable' }
  if (isCronRunning(place)) return null
  const [message = '', ...hints] = howToStartCron(place)
  return { message, hint: hints.join('\n') }
}
