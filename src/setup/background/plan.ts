import { UsageError } from '../../base/errors.ts'
import type { BackgroundKind } from '../choices.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { cronJob } from './cron.ts'
import { isCronRunning } from './cron-daemon.ts'
import type { Job, JobState } from './job.ts'
import { launchdJob } from './launchd.ts'
import { isSystemdReached, systemdJob } from './systemd.ts'
import { taskSchedulerText } from './task-scheduler.ts'

type JobKind = JobState['kind']

/** The ways there are on this system. */
function jobsOf(place: SetupPlace): Partial<Record<JobKind, Job>> {
  if (place.platform === 'win32') return {}
  const cron = cronJob(place)
  if (place.platform === 'darwin') return { launchd: launchdJob(place), cron }
  return place.platform === 'linux' ? { cron, systemd: systemdJob(place) } : { cron }
}

/**
 * What is to be done so that syncs start by themselves in the way that was chosen, and in no other. Undefined: the way that is
 * set up here already, else the one that fits this machine; where none does, a step that says so. Throws a UserError where
 * the one that was asked for cannot be had.
 */
export async function planBackground(place: SetupPlace, choice: BackgroundKind | undefined): Promise<Step[]> {
  const jobs = jobsOf(place)
  if (choice !== undefined && choice !== 'none' && !jobs[choice])
    throw new UsageError(
      `there is no ${choice} on this system`,
      place.platform === 'win32'
        ? taskSchedulerText(place).join('\n')
        : `there is: ${kindsOf(jobs).join(', ')}`,
    )
  if (choice === 'none') return (await Promise.all(Object.values(jobs).map(job => job.planAbsence()))).flat()
  if (place.platform === 'win32') return [onlyWords('not set up on Windows', taskSchedulerText(place))]
  const kind = choice ?? (await kindHere(jobs)) ?? (await kindThatFits(place))
  if (kind === undefined)
    return [
      onlyWords('not set up: neither cron nor systemd can be used here', [
        ...(await readJobs(place)).flatMap(({ trouble }) => trouble?.message ?? []),
        'hooks and csl sync start syncs all the same; once there is cron: csl background enable',
      ]),
    ]
  const others = kindsOf(jobs).filter(other => other !== kind)
  const absences = await Promise.all(others.map(other => jobs[other]?.planAbsence() ?? []))
  return [...((await jobs[kind]?.planAddition()) ?? []), ...absences.flat()]
}

/** What is to be done so that all is as it was before setup came; `none` as a choice leaves out the older tool's, too. */
export async function planBackgroundRemoval(place: SetupPlace): Promise<Step[]> {
  const removals = await Promise.all(Object.values(jobsOf(place)).map(job => job.planRemoval()))
  return removals.flat()
}

/** How each way that this system has stands. */
export async function readJobs(place: SetupPlace): Promise<JobState[]> {
  return Promise.all(Object.values(jobsOf(place)).map(job => job.read()))
}

function kindsOf(jobs: Partial<Record<JobKind, Job>>): JobKind[] {
  return Object.keys(jobs) as JobKind[]
}

async function kindHere(jobs: Partial<Record<JobKind, Job>>): Promise<JobKind | undefined> {
  const states = await Promise.all(Object.values(jobs).map(job => job.read()))
  return states.find(state => state.isInstalled)?.kind
}

/** launchd on macOS; else cron where it runs, else systemd, else a cron that is there and only has to be started. */
async function kindThatFits(place: SetupPlace): Promise<JobKind | undefined> {
  if (place.platform === 'darwin') return 'launchd'
  const { trouble } = await cronJob(place).read()
  const isCronHere = trouble === null
  if (isCronHere && isCronRunning(place)) return 'cron'
  if (place.platform === 'linux' && (await isSystemdReached(place))) return 'systemd'
  return isCronHere ? 'cron' : undefined
}

function onlyWords(title: string, details: readonly string[]): Step {
  return { part: 'background', title, details }
}
