import { exitCode, UsageError } from '../../base/errors.ts'
import { formatBytes } from '../../base/format.ts'
import { findUnread } from '../../ingest/unread.ts'
import { type BackgroundKind, backgroundKinds, type SetupChoices } from '../../setup/choices.ts'
import { planInstall } from '../../setup/install.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Step } from '../../setup/step.ts'
import { askYesNo, orStopped, refuseWithoutTerminal } from '../ask.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { checkLabel } from '../initialise.ts'
import { carryOut } from '../setup/carry-out.ts'
import { planData } from '../setup/data-steps.ts'
import { refusePassingCopy, setupPlaceOf } from '../setup/place.ts'
import { planText } from '../setup/plan-text.ts'
import { askLabel, askRemote, askToken } from '../setup/questions.ts'
import { carryOutWish, type MotherDuckWish } from '../setup/token-and-remote.ts'
import { backfillCommand } from './backfill.ts'

export interface SetupOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly label?: string
  readonly hooks?: boolean
  readonly token?: boolean
  /** False: `--no-background`. */
  readonly background?: string | false
  readonly command?: string
  readonly uninstall?: boolean
  readonly deleteData?: boolean
}

/** Sets everything up after saying what that is; again, it does what has changed since. With `--uninstall` the opposite. */
export async function setupCommand(context: Context, options: SetupOptions): Promise<void> {
  if (options.uninstall) return (await import('../setup/uninstall.ts')).uninstall(context, options)
  if (options.deleteData) throw new UsageError('--delete-data is for --uninstall')
  const isAsking = !options.yes && !options.dryRun
  if (isAsking) refuseWithoutTerminal()
  refusePassingCopy(context.mainFile)
  const place = setupPlaceOf(context)
  const given = readChoices(options)
  // What can't be done is said before anything is asked.
  await plan(context, place, given)
  const choices = isAsking ? await completed(place, given) : given
  const isToldOfRemotes = isAsking && options.token !== false && !context.isLocal
  const wish = isToldOfRemotes ? await askWish(place) : noWish
  const steps = await plan(context, place, choices)
  process.stdout.write(shownPlan(steps, wish))
  if (options.dryRun) return
  const isNews = isAnything(steps, wish)
  if (isNews) {
    if (isAsking && !(await orStopped(askYesNo('Do it?', true), 'nothing was changed'))) {
      process.stdout.write('nothing was changed\n')
      return
    }
    await carryOut(place, steps, () => plan(context, place, choices))
  }
  const isSyncing = await carryOutWish(context, place, wish)
  await readTranscripts(context, isAsking)
  if (process.exitCode === exitCode.interrupted) return
  if (isSyncing) await (await import('./sync.ts')).syncCommand(context, wish.remote?.name, {})
  if (isNews) process.stdout.write(nextText)
}

async function plan(context: Context, place: SetupPlace, choices: SetupChoices): Promise<readonly Step[]> {
  return [...(await planData(context, choices.label)), ...(await planInstall(place, choices))]
}

/** The words of the command line. Throws a UsageError for those that mean nothing. */
export function readChoices({ label, hooks, background, command }: SetupOptions): SetupChoices {
  if (command !== undefined && command !== 'logger')
    throw new UsageError(`'${command}' is no command that can be installed`, 'there is one: --command logger')
  return {
    label: checkLabel(label),
    hooks: hooks !== false,
    background: background === false ? 'none' : readBackground(background),
    loggerCommand: command !== undefined,
  }
}

function readBackground(word: string | undefined): BackgroundKind | undefined {
  const kind = backgroundKinds.find(known => known === word)
  if (word !== undefined && !kind)
    throw new UsageError(`'${word}' is no way to sync in the background`, `use ${backgroundKinds.join(', ')}`)
  return kind
}

const noWish: MotherDuckWish = { token: undefined, remote: undefined }

async function completed(place: SetupPlace, choices: SetupChoices): Promise<SetupChoices> {
  if (choices.label !== undefined) return choices
  return { ...choices, label: await orStopped(askLabel(place), 'nothing was changed') }
}

async function askWish(place: SetupPlace): Promise<MotherDuckWish> {
  return orStopped(
    (async () => {
      const token = await askToken(place)
      return { token, remote: token && (await askRemote(place, token)) }
    })(),
    'nothing was changed',
  )
}

function isAnything(steps: readonly Step[], { token, remote }: MotherDuckWish): boolean {
  return steps.some(step => step.run) || token?.isNew === true || remote !== undefined
}

function shownPlan(steps: readonly Step[], wish: MotherDuckWish): string {
  if (!isAnything(steps, wish)) return `${planText(steps)}nothing to do: all of it is set up\n`
  const lines = [`csl setup does this:\n${planText(steps)}`]
  if (wish.token?.isNew) lines.push(planText([{ part: 'token', title: 'stored for you alone to read' }]))
  if (wish.remote)
    lines.push(`  remote          ${wish.remote.name}  ${wish.remote.url}, everything of yours\n`)
  return lines.join('')
}

/** The first backfill, or what came since. What could not be read was said: setup is done all the same. */
async function readTranscripts(context: Context, isAsking: boolean): Promise<void> {
  const unread = await findUnread(context.paths)
  if (unread.length === 0) return
  const bytes = unread.reduce((sum, file) => sum + file.size, 0)
  const question = `Read the ${formatCounted(unread.length, 'transcript')} (${formatBytes(bytes)}) that are here?`
  const later = 'all is set up; the transcripts that are here: csl backfill'
  if (isAsking && !(await orStopped(askYesNo(question, true), later))) return
  await backfillCommand(context)
  if (process.exitCode === exitCode.failure) process.exitCode = exitCode.ok
}

const nextText = `
Sessions that begin from now on log themselves. Try:
  csl              the sessions, to browse and to resume
  csl usage        tokens and cost by day
  csl log          an issue, a finding, a task, a decision, a note
Back to how it was: csl setup --uninstall
`
