import { existsSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UserError } from '../../base/errors.ts'
import { takeProcessLock } from '../../base/process-lock.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { hasJobs } from '../../ingest/spool.ts'
import { foldersOfData, readDataFolder, removeFromDataFolder } from '../../setup/data-folder.ts'
import { olderCopyOf, putOlderBack } from '../../setup/older-database.ts'
import { underSetupLock } from '../../setup/setup-lock.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import { removeEmptyFolders } from '../../setup/text-file.ts'
import { planUninstall } from '../../setup/uninstall.ts'
import { isLocked } from '../../sync/remotes/lock-probe.ts'
import { longestSyncMs } from '../../sync/sync.ts'
import { askText, askYesNo, orStopped, refuseWithoutTerminal } from '../ask.ts'
import { type Context, placeOf } from '../context.ts'
import { carryOut } from './carry-out.ts'
import { databaseState } from './data-steps.ts'
import { whatDataHolds } from './data-text.ts'
import { setupPlaceOf } from './place.ts'
import { planText } from './plan-text.ts'

export interface UninstallOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly deleteData?: boolean
}

/** Takes out what setup added, after showing it; then asks about the data, which stays unless the person says otherwise. */
export async function uninstall(context: Context, options: UninstallOptions): Promise<void> {
  const place = setupPlaceOf(context)
  const isAsking = !options.yes && !options.dryRun
  if (isAsking) refuseWithoutTerminal()
  if (!options.dryRun) await recordWhatWaits(context)
  const folders = foldersOfData(place)
  const steps = await planUninstall(place)
  if (steps.length === 0) process.stdout.write('nothing of csl setup is here\n')
  else process.stdout.write(`csl setup --uninstall does this:\n${planText(steps)}`)
  const isAgreed =
    steps.length === 0 || !isAsking || (await orStopped(askYesNo('Do it?', true), 'nothing was changed'))
  if (!isAgreed) {
    process.stdout.write('nothing was changed\n')
    return
  }
  if (!options.dryRun && existsSync(place.paths.home))
    await whileNothingSyncs(place, () => carryOut(place, steps, () => planUninstall(place)))
  await endData(context, place, options)
  if (!options.dryRun) removeEmptyFolders(folders)
}

/** Payloads that hooks left are sessions that are nowhere else yet. */
async function recordWhatWaits(context: Context): Promise<void> {
  if (!hasJobs(context.paths.spool)) return
  try {
    await drainSpool(await placeOf(context), { waitMs: 5000 })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    process.stderr.write(`not recorded yet: ${cleanText(error.message)}\n`)
  }
}

async function endData(
  context: Context,
  place: SetupPlace,
  { yes, dryRun, deleteData }: UninstallOptions,
): Promise<void> {
  const { paths } = place
  const { ours, olderTools } = await readData(place)
  if (ours.length === 0) return
  process.stdout.write(`\nThe logbook in ${cleanText(paths.home)}:\n${await whatDataHolds(context)}`)
  const isWanted =
    deleteData === true || (!yes && !dryRun && (await orStopped(askYesNo('Delete it, too?'), kept)))
  const names = ours.join(', ')
  if (isWanted && !dryRun) {
    if (!yes) await orStopped(askForTheWord(), kept)
    await deleteFromDisk(place, ours)
    process.stdout.write(`deleted: ${names}; what is at remotes stays there\n`)
    const { others } = readDataFolder(paths)
    if (others.length > 0) process.stdout.write(`not ours, and left: ${cleanText(others.join(', '))}\n`)
  } else if (isWanted) process.stdout.write(`would be deleted: ${names}\n`)
  else process.stdout.write(`kept: ${names}\nto delete it: csl setup --uninstall --delete-data\n`)
  if (olderTools.length > 0)
    process.stdout.write(
      `the older tool's database ${isWanted ? 'has its name again' : `is kept as ${olderTools[0]}`}\n`,
    )
}

/** The data that is ours, and what the older tool's database is kept as; one that we never took over is not ours. */
async function readData({
  paths,
}: SetupPlace): Promise<{ readonly ours: readonly string[]; readonly olderTools: readonly string[] }> {
  const { data } = readDataFolder(paths)
  const [database, copy] = [paths.database, olderCopyOf(paths.database)].map(file => path.basename(file))
  const state = await databaseState(paths.database).catch(() => undefined)
  const isTheirs = (name: string) =>
    state === 'of the older tool' && [database, `${database}.wal`].includes(name)
  const olderTools = data.filter(name => [copy, `${copy}.wal`].includes(name))
  return { ours: data.filter(name => !olderTools.includes(name) && !isTheirs(name)), olderTools }
}

const kept = 'the logbook is kept'

async function askForTheWord(): Promise<void> {
  await askText('It cannot be undone. Type delete to go on', {
    problemOf: text => (text === 'delete' ? undefined : 'type delete, or press Ctrl-C to keep it'),
  })
}

/** Throws a UserError, with everything in its place, where somebody is at it. */
async function deleteFromDisk(place: SetupPlace, names: readonly string[]): Promise<void> {
  const { paths } = place
  await whileNothingSyncs(place, async () => {
    // One that can't be opened for another reason nobody has open.
    if (existsSync(paths.database) && (await isLocked(paths.database).catch(() => false)))
      throw new UserError(
        'another process has the database open',
        'end it (a screen of csl, a running backfill), then: csl setup --uninstall --delete-data',
        exitCode.busy,
      )
    await underSetupLock(paths, async () => {
      removeFromDataFolder(paths, names)
      putOlderBack(paths.database)
    })
  })
}

/** A sync would write anew what is taken out. Throws a UserError where one is running. */
async function whileNothingSyncs({ paths }: SetupPlace, work: () => Promise<void>): Promise<void> {
  const release = takeProcessLock(paths.syncLock, longestSyncMs)
  if (!release)
    throw new UserError('a sync is running', 'wait for it, then run the same command again', exitCode.busy)
  try {
    await work()
  } finally {
    release()
  }
}
