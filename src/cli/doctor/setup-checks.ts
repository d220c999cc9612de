import { existsSync } from 'node:fs'
import { cleanText } from '../../base/clean-text.ts'
import { errorText, UserError } from '../../base/errors.ts'
import type { SetupChoices } from '../../setup/choices.ts'
import { planInstall } from '../../setup/install.ts'
import { readRecord } from '../../setup/record.ts'
import { runSteps } from '../../setup/run-steps.ts'
import { underSetupLock } from '../../setup/setup-lock.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Step } from '../../setup/step.ts'
import type { Context } from '../context.ts'
import { planData } from '../setup/data-steps.ts'
import { type Examination, isReadable } from './examination.ts'
import { type Check, type Finding, ok, warning } from './finding.ts'

/** Whether all that setup added is there as it was recorded, and as this version would add it. */
export function setupChecks(examination: Examination): Check[] {
  return [{ name: 'setup', limitMs: 30_000, look: () => setupFindings(examination) }]
}

async function setupFindings(examination: Examination): Promise<Finding[]> {
  const { context } = examination
  const place = examination.setupPlace()
  if (!existsSync(place.paths.setupRecord))
    return [warning('setup', 'not set up on this machine', 'csl setup')]
  const choices = choicesMade(place)
  // A database that can't be read is another check's.
  const hasData = await isReadable(examination)
  const todo = await planAll(context, place, choices, hasData)
  const [first] = todo
  if (!first) return [ok('setup', 'whole')]
  const parts = [...new Set(todo.map(({ part }) => part))].join(', ')
  return [
    warning('setup', `half done, or of another version: ${parts} (${cleanText(first.title)})`, 'csl setup', {
      question: null,
      run: () => finish(place, () => planAll(context, place, choices, hasData)),
    }),
  ]
}

async function planAll(
  context: Context,
  place: SetupPlace,
  choices: SetupChoices,
  hasData: boolean,
): Promise<readonly Step[]> {
  const steps = [
    ...(hasData ? await planData(context, undefined) : []),
    ...(await planInstall(place, choices)),
  ]
  // What has nothing to run is only something to say.
  return steps.filter(({ run }) => run !== undefined)
}

/** What was chosen when it was set up, by what was added: nothing is added that was not wanted. */
function choicesMade({ paths }: SetupPlace): SetupChoices {
  const parts = new Set(Object.values(readRecord(paths.setupRecord).additions).map(({ part }) => part))
  return {
    label: undefined,
    hooks: parts.has('hooks'),
    background: parts.has('background') ? undefined : 'none',
    loggerCommand: parts.has('logger command'),
  }
}

async function finish(place: SetupPlace, planAgain: () => Promise<readonly Step[]>): Promise<string[]> {
  const { done, failure } = await underSetupLock(place.paths, async () =>
    runSteps(await planAgain(), { onDone: () => undefined, isStopped: () => false }),
  )
  if (failure) throw new UserError(`${failure.step.part}: ${errorText(failure.error)}`, failure.error.hint)
  return done.map(({ part, title }) => `${part}: ${title}`)
}
