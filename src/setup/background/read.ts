import type { SetupPlace } from '../setup-place.ts'
import type { JobState } from './job.ts'
import { type LastRun, readLastRun } from './last-run.ts'
import { readJobs } from './plan.ts'

/** How it stands with syncs that start by themselves. */
export interface Background {
  /** The ways that are set up; more than one is one too many. */
  readonly jobs: readonly JobState[]
  /** Ways that could not be looked at, and why. */
  readonly unreadable: readonly JobState[]
  readonly lastRun: LastRun | null
}

/** Reads what is set up and how the last run came out. Never throws. */
export async function readBackground(place: SetupPlace): Promise<Background> {
  const states = await readJobs(place)
  return {
    jobs: states.filter(state => state.isInstalled),
    unreadable: states.filter(state => !state.isInstalled && state.trouble !== null),
    lastRun: readLastRun(place.paths.backgroundRun) ?? null,
  }
}
