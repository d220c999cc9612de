import { planUsageDoc } from './agents/usage-doc.ts'
import { planBackground } from './background/plan.ts'
import type { SetupChoices } from './choices.ts'
import { planHooks, warnOfOlderHooks } from './hooks/plan-hooks.ts'
import { planLoggerCommand } from './logger-command/plan.ts'
import type { SetupPlace } from './setup-place.ts'
import type { Step } from './step.ts'

/**
 * What is to be done around the data folder so that sessions log themselves, in the order in which it must be: what a step adds
 * may call what those before it made. Throws a UserError where one of them can't be done; nothing was changed then.
 */
export async function planInstall(place: SetupPlace, choices: SetupChoices): Promise<readonly Step[]> {
  return [
    ...(await (choices.hooks ? planHooks : warnOfOlderHooks)(place)),
    ...(await planUsageDoc(place)),
    ...(await planBackground(place, choices.background)),
    ...(await planLoggerCommand(place, choices.loggerCommand)),
  ]
}
