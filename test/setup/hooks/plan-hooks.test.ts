import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { findPaths } from '../../../src/base/paths.ts'
import { programRunner } from '../../../src/base/process.ts'
import { planHooks, planHooksRemoval, warnOfOlderHooks } from '../../../src/setup/hooks/plan-hooks.ts'
import type { SetupPlace } from '../../../src/setup/setup-place.ts'
import { makeHome } from '../../support/home.ts'

const older = 'python3 -m claude_session_logger.cli log'
const settingsWith = (...commands: string[]) =>
  `${JSON.stringify({ hooks: { SessionEnd: [{ hooks: commands.map(command => ({ type: 'command', command })) }] } }, null, 4)}\n`

/** A place whose script answers with what it is given. */
function aPlace(settings: string | undefined, script = 'echo 1.2.3'): { place: SetupPlace; file: string } {
  const { folder, claudeRoot, env } = makeHome()
  const paths = findPaths(env)
  mkdirSync(paths.home, { recursive: true })
  writeFileSync(paths.hookShim, `#!/bin/sh\n${script}\n`)
  chmodSync(paths.hookShim, 0o700)
  const file = path.join(claudeRoot, 'settings.json')
  if (settings !== undefined) writeFileSync(file, settings)
  const place: SetupPlace = {
    paths,
    env,
    userHome: folder,
    claudeRoot,
    platform: 'linux',
    isWsl: false,
    node: process.execPath,
    mainFile: '/opt/csl/dist/main.mjs',
    packageFolder: '/opt/csl',
    now: Date.now,
    run: programRunner(env),
  }
  return { place, file }
}

async function carryOut(steps: Promise<readonly { run?: () => Promise<void> }[]>): Promise<number> {
  const planned = await steps
  for (const step of planned) await step.run?.()
  return planned.length
}

test('hooks come into settings that there are, and into none; and again there is nothing to do', async () => {
  for (const settings of [undefined, '{}', settingsWith('say bye')]) {
    const { place, file } = aPlace(settings)

    expect(await carryOut(planHooks(place))).toBe(1)
    const text = readFileSync(file, 'utf8')
    expect(await planHooks(place)).toEqual([])
    expect(await carryOut(planHooksRemoval(place))).toBe(1)

    expect(text).toContain(`'${place.paths.hookShim}' start`)
    expect(settings === undefined || readFileSync(file, 'utf8') === settings).toBe(true)
    expect(await planHooksRemoval(place)).toEqual([])
  }
})

describe('the older tool’s hooks', () => {
  test('are named, give way, and are back to the byte', async () => {
    const { place, file } = aPlace(settingsWith('say bye', older))

    const [step] = await planHooks(place)
    await step?.run?.()
    const between = readFileSync(file, 'utf8')
    await carryOut(planHooksRemoval(place))

    expect(step?.details).toEqual([`replaces the older tool's: ${older}`])
    expect(between).not.toContain(older)
    expect(readFileSync(file, 'utf8')).toBe(settingsWith('say bye', older))
  })

  test('are back, and what their owner edited meanwhile stays, also after a second setup', async () => {
    const { place, file } = aPlace(settingsWith('say bye', older))
    const edit = () => writeFileSync(file, readFileSync(file, 'utf8').replace('say bye', 'say good bye'))

    await carryOut(planHooks(place))
    edit()
    // A version that writes other commands.
    expect(await carryOut(planHooks({ ...place, platform: 'win32' }))).toBe(1)
    await carryOut(planHooksRemoval(place))

    expect(readFileSync(file, 'utf8')).toBe(settingsWith('say good bye', older))
  })

  test('are warned of where the settings are to be left alone; what does not parse is no trouble there', async () => {
    const [step] = await warnOfOlderHooks(aPlace(settingsWith(older)).place)

    expect(step?.run).toBeUndefined()
    expect(step?.details).toEqual([`writes the same database, and stays: ${older}`])
    expect(await warnOfOlderHooks(aPlace(settingsWith('say bye')).place)).toEqual([])
    expect(await warnOfOlderHooks(aPlace('{ nope').place)).toEqual([])
  })
})

test('what keeps hooks from running is said, and what is left alone', async () => {
  const mixed = `${older}; say bye`
  const text = `{ // mine\n "disableAllHooks": true, ${settingsWith(mixed, 'csl record').slice(1)}`

  const [step] = await planHooks(aPlace(text).place)

  expect(step?.details).toEqual([
    'replaces our own of another version: csl record',
    `left alone, as it does more than call us or the older tool: ${mixed}`,
    expect.stringContaining('"disableAllHooks" is true'),
    expect.stringMatching(/^line 1, column 3: a comment: Claude Code/),
  ])
})

test.each([
  ['ends with an error', 'echo "no node" >&2; exit 1', /no node/],
  ['finds no Node and is silent', 'exit 0', /does not run/],
  ['is not there', undefined, /does not run/],
])('a script that %s is not put into the settings', async (_, script, why) => {
  const { place, file } = aPlace('{}', script)
  if (script === undefined) rmSync(place.paths.hookShim)

  await expect(carryOut(planHooks(place))).rejects.toThrow(why)

  expect(readFileSync(file, 'utf8')).toBe('{}')
})

test('settings that do not parse are refused before anything is done', async () => {
  const { place } = aPlace('{\n  "hooks": [],\n}')

  await expect(planHooks(place)).rejects.toThrow(/settings\.json: line 2, column 3: "hooks" is no object/)
})

test('on Windows hooks call Node without a shell’s script, and no script is tried', async () => {
  const { place, file } = aPlace('{}', 'exit 1')

  await carryOut(planHooks({ ...place, platform: 'win32' }))

  expect(JSON.parse(readFileSync(file, 'utf8')).hooks.SessionEnd[0].hooks[0].command).toBe(
    `"${process.execPath}" "/opt/csl/dist/main.mjs" record`,
  )
})
