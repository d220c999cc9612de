import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeLastRun } from '../../../src/setup/background/last-run.ts'
import { planBackground, planBackgroundRemoval } from '../../../src/setup/background/plan.ts'
import { readBackground } from '../../../src/setup/background/read.ts'
import { makeHome } from '../../support/home.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'
import { addCrontab, makeStandIns } from '../../support/stand-ins.ts'

const reached = `case "$2" in
  enable) : > "$HOME/enabled" ;;
  disable) rm -f "$HOME/enabled" ;;
  show) [ -f "$HOME/enabled" ] && { echo UnitFileState=enabled; echo ActiveState=active; }; exit 0 ;;
esac`
const notReached = 'echo "Failed to connect to bus" >&2; exit 1'

function aMachine({ hasCron = true, systemctl = notReached } = {}) {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  const table = addCrontab(standIns)
  if (!hasCron) standIns.add('crontab', 'echo "You (ada) are not allowed to use this program" >&2; exit 1')
  standIns.add('systemctl', systemctl)
  standIns.add('loginctl', 'echo Linger=yes')
  standIns.add('launchctl', '[ "$1" != print ]')
  return { home, standIns, table, place: aPlace(home, standIns.bin) }
}

const kindsOf = async (place: Parameters<typeof readBackground>[0]) =>
  (await readBackground(place)).jobs.map(job => job.kind)

describe('what starts syncs', () => {
  test('is systemd where cron cannot be had', async () => {
    const { place } = aMachine({ hasCron: false, systemctl: reached })

    await runAll(planBackground(place, undefined))

    expect(await kindsOf(place)).toEqual(['systemd'])
  })

  test('is cron where systemd cannot be reached, also where cron is still to be started', async () => {
    const { place } = aMachine()

    await runAll(planBackground(place, undefined))

    expect(await kindsOf(place)).toEqual(['cron'])
  })

  test('is launchd on macOS', async () => {
    const { home, standIns } = aMachine()
    const place = aPlace(home, standIns.bin, { platform: 'darwin' })

    await runAll(planBackground(place, undefined))

    expect(await kindsOf(place)).toEqual(['launchd'])
  })

  test('stays what it is when nothing else is asked for', async () => {
    const { place, table } = aMachine({ systemctl: reached })
    await runAll(planBackground(place, 'systemd'))

    const again = await planBackground(place, undefined)

    expect(again).toEqual([])
    expect(table()).toBeUndefined()
  })

  test('is one thing: another choice takes the place of the one before', async () => {
    const { place, table } = aMachine({ systemctl: reached })

    await runAll(planBackground(place, 'cron'))
    const first = await kindsOf(place)
    await runAll(planBackground(place, 'systemd'))
    const second = await kindsOf(place)
    await runAll(planBackground(place, 'none'))

    expect([first, second, await kindsOf(place)]).toEqual([['cron'], ['systemd'], []])
    expect(table()).toBeUndefined()
    expect(existsSync(place.paths.setupRecord)).toBe(false)
  })

  test('is nothing where nothing can be had, and why is said', async () => {
    const { place } = aMachine({ hasCron: false })

    const steps = await planBackground(place, undefined)

    expect(steps.map(step => step.run)).toEqual([undefined])
    expect(steps[0]?.details?.join('\n')).toMatch(
      /not allowed to use this program[\s\S]*csl background enable/,
    )
    await expect(planBackground(place, 'cron')).rejects.toThrow('not allowed')
    await expect(planBackground(place, 'systemd')).rejects.toThrow('cannot be reached')
    await expect(planBackground(place, 'launchd')).rejects.toThrow('there is no launchd on this system')
  })

  test('is for the person on Windows, who gets a line to copy', async () => {
    const { home } = aMachine()
    const place = aPlace(home, '', {
      platform: 'win32',
      node: 'C:\\Program Files\\nodejs\\node.exe',
      mainFile: 'C:\\Users\\ada\\csl\\dist\\main.mjs',
    })

    const [step] = await planBackground(place, undefined)

    expect(step?.run).toBeUndefined()
    expect(step?.details).toContain(
      'schtasks /Create /F /SC MINUTE /MO 15 /TN "claude-session-logger sync" /TR "\\"C:\\Program Files\\nodejs\\node.exe\\" \\"C:\\Users\\ada\\csl\\dist\\main.mjs\\" background run --scheduled"',
    )
    expect(await planBackgroundRemoval(place)).toEqual([])
  })
})

test('the removal takes out every way, recorded or not', async () => {
  const { place, home, table } = aMachine({ systemctl: reached })
  await runAll(planBackground(place, 'cron'))
  const line = table() ?? ''
  await runAll(planBackground(place, 'systemd'))
  writeFileSync(path.join(home.folder, 'crontab.txt'), `@daily true\n${line}`)

  const both = await kindsOf(place)
  await runAll(planBackgroundRemoval(place))

  expect(both).toEqual(['cron', 'systemd'])
  expect(await kindsOf(place)).toEqual([])
  expect(table()).toBe('@daily true\n')
  expect(existsSync(path.join(home.folder, '.config'))).toBe(false)
})

test('the last run is read back, and what cannot be understood is none', async () => {
  const { place } = aMachine()
  const file = place.paths.backgroundRun
  const run = { startedAt: '2026-11-20T10:00:00.000Z', endedAt: null, ok: false, result: 'did not end' }

  const none = (await readBackground(place)).lastRun
  await writeLastRun(file, run)
  const read = (await readBackground(place)).lastRun
  const broken = ['', '{"startedAt"', 'null', '{"startedAt":"soon","endedAt":null,"result":""}'].map(
    async text => {
      writeFileSync(file, text)
      return (await readBackground(place)).lastRun
    },
  )

  expect(none).toBeNull()
  expect(read).toEqual(run)
  expect(await Promise.all(broken)).toEqual([null, null, null, null])
})
