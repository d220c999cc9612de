import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UsageError } from '../../base/errors.ts'
import { readSettings } from '../../base/settings.ts'
import { writeHookShim } from '../../ingest/hook-shim.ts'
import { planBackground } from '../../setup/background/plan.ts'
import { readBackground } from '../../setup/background/read.ts'
import { type BackgroundKind, backgroundKinds } from '../../setup/choices.ts'
import { runSteps } from '../../setup/run-steps.ts'
import { underSetupLock } from '../../setup/setup-lock.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Step } from '../../setup/step.ts'
import { findTokens } from '../../sync/remotes/motherduck/token.ts'
import type { Context } from '../context.ts'
import { shimTargetOf } from '../initialise.ts'
import { toJson } from '../json.ts'
import { backgroundText } from '../setup/background-text.ts'
import { refusePassingCopy, setupPlaceOf } from '../setup/place.ts'
import { planText } from '../setup/plan-text.ts'

/** How it stands with syncs that start by themselves. */
export async function backgroundStatusCommand(
  context: Context,
  { json = false }: { json?: boolean },
): Promise<void> {
  const place = setupPlaceOf(context)
  const background = await readBackground(place)
  if (json) process.stdout.write(`${toJson(background)}\n`)
  else process.stdout.write(backgroundText(background, place.paths.logFile) + tokenNote(place))
}

/** A job of the system sees nothing of a shell's environment. */
function tokenNote({ env, userHome, paths }: SetupPlace): string {
  if (findTokens(env, userHome).length === 0 || findTokens({}, userHome).length > 0) return ''
  const needsToken = readSettings(paths.settingsFile).remotes.some(({ url }) => /^(md|pg):/.test(url))
  return needsToken
    ? "the MotherDuck token is in this shell's environment alone; to keep it: csl setup\n"
    : ''
}

/**
 * Sets syncs up that start by themselves, in the way that fits this machine or the one that is named. Where there is none, it
 * says what to do, and fails.
 */
export async function backgroundEnableCommand(context: Context, kind: string | undefined): Promise<void> {
  const place = setupPlaceOf(context)
  refusePassingCopy(place.mainFile)
  const wanted = kind === undefined ? undefined : checked(kind)
  const steps = await underSetupLock(place.paths, async () => {
    const planned = await planBackground(place, wanted)
    // What the job calls.
    if (isPossible(planned)) await writeHookShim(place.paths, shimTargetOf(context))
    return carryOut(planned)
  })
  process.stdout.write(planText(steps) || 'nothing to do: it is set up\n')
  if (!isPossible(steps)) process.exitCode = exitCode.failure
}

/** Takes out whatever starts syncs by itself. */
export async function backgroundDisableCommand(context: Context): Promise<void> {
  const place = setupPlaceOf(context)
  const steps = await underSetupLock(place.paths, async () => carryOut(await planBackground(place, 'none')))
  const lines = steps.map(({ title }) => `taken out: ${cleanText(title)}\n`)
  process.stdout.write(lines.join('') || 'nothing to do: none is set up\n')
}

/** A plan of words alone says why nothing can be done. */
function isPossible(steps: readonly Step[]): boolean {
  return steps.length === 0 || steps.some(step => step.run)
}

async function carryOut(steps: readonly Step[]): Promise<readonly Step[]> {
  const { failure } = await runSteps(steps, { onDone: () => undefined, isStopped: () => false })
  if (failure) throw failure.error
  return steps
}

function checked(kind: string): BackgroundKind {
  const found = backgroundKinds.find(known => known === kind && known !== 'none')
  if (found) return found
  const known = backgroundKinds.filter(name => name !== 'none').join(' ')
  throw new UsageError(
    `no way to start syncs: '${kind}'`,
    `there is: ${known}; take it out: csl background disable`,
  )
}
