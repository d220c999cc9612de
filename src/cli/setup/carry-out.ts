import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import { runSteps, type StepsOutcome } from '../../setup/run-steps.ts'
import { underSetupLock } from '../../setup/setup-lock.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Step } from '../../setup/step.ts'
import { InterruptedError } from '../ask.ts'
import { doneText } from './plan-text.ts'

/**
 * Does what was shown, while no other setup is at it: planned once more, as somebody can have come before. Throws a UserError that
 * says how far it came; an InterruptedError after Ctrl-C, which waits for the step that runs.
 */
export async function carryOut(
  { paths }: SetupPlace,
  shown: readonly Step[],
  planAgain: () => Promise<readonly Step[]>,
): Promise<void> {
  let isStopped = false
  const onInterrupt = () => {
    isStopped = true
  }
  process.on('SIGINT', onInterrupt)
  try {
    const outcome = await underSetupLock(paths, async () => {
      const steps = await planAgain()
      if (!steps.every(step => shown.some(other => isSame(step, other))))
        throw new UserError('something changed just now', 'nothing was done; run the same command again')
      return runSteps(steps, {
        onDone: step => process.stdout.write(doneText(step)),
        isStopped: () => isStopped,
      })
    })
    refuseUnfinished(outcome)
  } finally {
    process.removeListener('SIGINT', onInterrupt)
  }
}

function isSame(one: Step, other: Step): boolean {
  return one.part === other.part && one.title === other.title
}

function refuseUnfinished({ done, left, failure }: StepsOutcome): void {
  if (!failure && left.length === 0) return
  const state = [
    ...(done.length > 0 ? [`done, and whole: ${partsOf(done)}`] : []),
    ...(left.length > 0 ? [`not begun: ${partsOf(left)}`] : []),
    'run the same command again to go on, or to go back: csl setup --uninstall',
  ]
  if (!failure) throw new InterruptedError('stopped', state.join('\n'))
  const { message, hint, code } = failure.error
  throw new UserError(
    `${failure.step.part}: ${cleanText(message)}`,
    [...(hint ? [hint] : []), ...state].join('\n'),
    code,
  )
}

function partsOf(steps: readonly Step[]): string {
  return [...new Set(steps.map(({ part }) => part))].join(', ')
}
