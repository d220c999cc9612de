import { errorText, UserError } from '../../base/errors.ts'
import type { Step } from '../step.ts'

/** A way of the system to start a sync now and then. */
export interface Job {
  /** What is to be done so that it is there and runs. Throws a UserError where this machine has no such thing. */
  planAddition(): Promise<Step[]>
  /** What is to be done so that neither it nor the older tool's is there. */
  planAbsence(): Promise<Step[]>
  /** What is to be done so that all is as it was before we came: nothing of it is left, and the older tool's is back. */
  planRemoval(): Promise<Step[]>
  /** How it stands. Never throws. */
  read(): Promise<JobState>
}

export interface JobState {
  readonly kind: 'launchd' | 'cron' | 'systemd'
  /** Where it stands, as people call it: a file, `crontab`. */
  readonly where: string
  readonly isInstalled: boolean
  /** It is as this version would write it. */
  readonly isCurrent: boolean
  /** The system knows it and will start it. */
  readonly isLoaded: boolean
  /** What keeps it from running, or from being looked at. */
  readonly trouble: Trouble | null
  /** When it starts next, by the clock of the system; null: not known. */
  readonly nextAt: string | null
}

export interface Trouble {
  readonly message: string
  /** What to do; lines of their own. */
  readonly hint: string
}

export function troubleFrom(error: unknown): Trouble {
  const hint = error instanceof UserError ? (error.hint ?? '') : ''
  return { message: errorText(error), hint }
}

/** What the job says to the script of the data folder. */
export const jobWords = ['background', 'run', '--scheduled'] as const

/** Steps that belong together, as one for the person to read; none where there are none. */
export function asOneStep(
  steps: readonly (Step | undefined)[],
  text: Pick<Step, 'title' | 'details'>,
): Step[] {
  const parts = steps.filter(step => step !== undefined)
  if (parts.length === 0) return []
  return [
    {
      part: 'background',
      ...text,
      async run() {
        for (const part of parts) await part.run?.()
      },
    },
  ]
}
