import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { failureText } from '../../base/process.ts'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { textFile } from '../text-file.ts'
import { hookEvents, type Installed } from './hook-command.ts'
import { addHooks, removeHooks } from './hooks-text.ts'
import { type HooksFound, inspectHooks } from './inspect-hooks.ts'

/** The settings of Claude Code that our hooks stand in: the person's own, which hold for all projects. */
export function claudeSettingsFile({ claudeRoot }: SetupPlace): string {
  return path.join(claudeRoot, 'settings.json')
}

/** What our hooks call here. */
export function installedAt({ paths, node, mainFile, platform }: SetupPlace): Installed {
  return { shim: paths.hookShim, node, main: mainFile, platform }
}

/**
 * What is to be done so that Claude Code's settings hold our hooks, one an event, and none of the older Python tool. Before the
 * settings are touched the script that they will call is called. Throws a UserError for settings that can't be understood.
 */
export async function planHooks(place: SetupPlace): Promise<Step[]> {
  const graft = hooksGraft(place)
  const found = inspectHooks(await graft.place.read(), installedAt(place), graft.place.name)
  const step = await planAddition(place.paths.setupRecord, graft, {
    title: `${hookEvents.join(', ')} in ${graft.place.name}`,
    details: [...replacedBy(found), ...warningsOf(found)],
  })
  if (!step) return []
  return [
    {
      ...step,
      async run() {
        await checkScript(place)
        await step.run?.()
      },
    },
  ]
}

/** What is said where the settings are to be left alone: a hook of the older tool there writes the database that is ours now. */
export async function warnOfOlderHooks(place: SetupPlace): Promise<Step[]> {
  const { name, read } = textFile(claudeSettingsFile(place))
  const olderTool = await read()
    .then(text => inspectHooks(text, installedAt(place), name).olderTool)
    // What can't be read is not touched either.
    .catch(() => [])
  if (olderTool.length === 0) return []
  const details = olderTool.map(command => `writes the same database, and stays: ${command}`)
  return [{ part: 'hooks', title: `left alone: ${name}`, details }]
}

/** What is to be done so that none of our hooks is left, and those of the older tool are back that setup replaced. */
export async function planHooksRemoval(place: SetupPlace): Promise<Step[]> {
  const graft = hooksGraft(place)
  const step = await planRemoval(place.paths.setupRecord, graft, {
    title: `${hookEvents.join(', ')} in ${graft.place.name}`,
  })
  return step ? [step] : []
}

function hooksGraft(place: SetupPlace): Graft {
  const settings = textFile(claudeSettingsFile(place))
  const installed = installedAt(place)
  return {
    part: 'hooks',
    place: settings,
    add: text => addHooks(text, installed, settings.name),
    remove: (text, before) => removeHooks(text, installed, settings.name, before),
  }
}

function replacedBy({ events, olderTool }: HooksFound): string[] {
  const ours = hookEvents
    .filter(event => events[event].state === 'other')
    .flatMap(event => events[event].commands)
  return [
    ...olderTool.map(command => `replaces the older tool's: ${command}`),
    ...ours.map(command => `replaces our own of another version: ${command}`),
  ]
}

function warningsOf({ mixed, isDisabled, notJson }: HooksFound): string[] {
  return [
    ...mixed.map(command => `left alone, as it does more than call us or the older tool: ${command}`),
    ...(isDisabled ? ['"disableAllHooks" is true there: no hook runs until you change that'] : []),
    ...(notJson ? [`${notJson}: Claude Code leaves such a file out; take it away`] : []),
  ]
}

/** The script must find Node without the help of a shell's start-up files: hooks may be run without. */
async function checkScript({ paths, platform, userHome, run }: SetupPlace): Promise<void> {
  if (platform === 'win32') return
  const bare = ['-i', `HOME=${userHome}`, 'PATH=/usr/bin:/bin']
  const ran = await run('/usr/bin/env', [...bare, '/bin/sh', paths.hookShim, '--version'])
  if (ran.code !== 0 || !/^\d+\.\d+/.test(ran.stdout))
    throw new UserError(
      `the script that hooks call does not run: ${paths.hookShim}: ${failureText(ran)}`,
      'the settings of Claude Code are as they were; run csl setup with a Node that stays where it is',
    )
}
