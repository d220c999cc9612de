import { exitCode, UsageError } from '../../base/errors.ts'
import { writeHookShim } from '../../ingest/hook-shim.ts'
import { planBackground } from '../../setup/background/plan.ts'
import { readBackground } from '../../setup/background/read.ts'
import { type BackgroundKind, backgroundKinds } from '../../setup/choices.ts'
import type { Step } from '../../setup/step.ts'
import type { Context } from '../context.ts'
import { toJson } from '../json.ts'
import { backgroundText, stepText } from '../setup/background-text.ts'
import { refusePassingCopy, setupPlaceOf } from '../setup/place.ts'

/** How it stands with syncs that start by themselves. */
export async function backgroundStatusCommand(
  context: Context,
  { json = false }: { json?: boolean },
): Promise<void> {
  const background = await readBackground(setupPlaceOf(context))
  process.stdout.write(json ? `${toJson(background)}\n` : backgroundText(background, context.paths.logFile))
}

/**
 * Sets syncs up that start by themselves, in the way that fits this machine or the one that is named. Where there is none, it
 * says what to do, and fails.
 */
export async function backgroundEnableCommand(context: Context, kind: string | undefined): Promise<void> {
  const place = setupPlaceOf(context)
  refusePassingCopy(place.mainFile)
  const steps = await planBackground(place, kind === undefined ? undefined : checked(kind))
  const isOnlyWords = steps.length > 0 && steps.every(step => step.run === undefined)
  if (isOnlyWords) process.exitCode = exitCode.failure
  else await writeHookShim(place.paths, { node: place.node, main: place.mainFile })
  await carryOut(steps, { before: '', nothing: 'nothing to do: it is set up' })
}

/** Takes out whatever starts syncs by itself. */
export async function backgroundDisableCommand(context: Context): Promise<void> {
  const steps = await planBackground(setupPlaceOf(context), 'none')
  await carryOut(steps, { before: 'taken out: ', nothing: 'nothing to do: none is set up' })
}

async function carryOut(
  steps: readonly Step[],
  { before, nothing }: { before: string; nothing: string },
): Promise<void> {
  for (const step of steps) {
    await step.run?.()
    process.stdout.write(before + stepText(step))
  }
  if (steps.length === 0) process.stdout.write(`${nothing}\n`)
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
