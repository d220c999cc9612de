import { systemTrouble, UserError } from '../base/errors.ts'
import type { Step } from './step.ts'

export interface StepRun {
  /** Said of each step that is through. */
  readonly onDone: (step: Step) => void
  /** Asked before each step: the person wants it to end. */
  readonly isStopped: () => boolean
}

/** How far it came. */
export interface StepsOutcome {
  readonly done: readonly Step[]
  /** Not begun, as the person stopped it or a step failed. */
  readonly left: readonly Step[]
  /** What the step after `done` failed with; it is not among `left`. */
  readonly failure: { readonly step: Step; readonly error: UserError } | undefined
}

/**
 * Runs the steps one after the other; what a later one adds stands on what an earlier one did, so the first that fails ends it.
 * What was done stays: each step is whole. Only errors that are our bugs are thrown.
 */
export async function runSteps(
  steps: readonly Step[],
  { onDone, isStopped }: StepRun,
): Promise<StepsOutcome> {
  const done: Step[] = []
  const todo = steps.filter(step => step.run)
  for (const [i, step] of todo.entries()) {
    if (isStopped()) return { done, left: todo.slice(i), failure: undefined }
    try {
      await step.run?.()
    } catch (error) {
      const trouble = error instanceof UserError ? error : systemTrouble(error)
      if (!trouble) throw error
      return { done, left: todo.slice(i + 1), failure: { step, error: trouble } }
    }
    done.push(step)
    onDone(step)
  }
  return { done, left: [], failure: undefined }
}
