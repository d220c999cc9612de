import { planUsageDocRemoval } from './agents/usage-doc.ts'
import { planBackgroundRemoval } from './background/plan.ts'
import { planTidying } from './data-folder.ts'
import { planHooksRemoval } from './hooks/plan-hooks.ts'
import { planLoggerCommandRemoval } from './logger-command/plan.ts'
import type { SetupPlace } from './setup-place.ts'
import type { Step } from './step.ts'
import { planTokenRemoval } from './token.ts'

/**
 * What is to be done so that nothing is left of what setup added, in reverse: first what calls us, at last what it calls. The data
 * stays. Throws a UserError where one of the steps can't be done; nothing was changed then.
 */
export async function planUninstall(place: SetupPlace): Promise<readonly Step[]> {
  return [
    ...(await planLoggerCommandRemoval(place)),
    ...(await planBackgroundRemoval(place)),
    ...(await planUsageDocRemoval(place)),
    ...(await planHooksRemoval(place)),
    ...(await planTokenRemoval(place)),
    ...planTidying(place.paths),
  ]
}
