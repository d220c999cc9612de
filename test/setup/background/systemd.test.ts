import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemdJob } from '../../../src/setup/background/systemd.ts'
import { serviceText, timerText } from '../../../src/setup/background/systemd-units.ts'
import { makeHome } from '../../support/home.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'
import { makeStandIns } from '../../support/stand-ins.ts'

const unit = 'claude-session-logger-sync'

/** A systemd that knows a timer once it was started, and makes the link that `enable` makes. */
function aSystemd() {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  const folder = path.join(home.folder, '.config/systemd/user')
  standIns.add(
    'systemctl',
    `wants='${folder}/timers.target.wants'
case "$2" in
  enable) mkdir -p "$wants"; ln -sf ../$3 "$wants/$3" ;;
  disable) rm -f "$wants/$4"; rmdir "$wants" ;;
  show) if [ -L "$wants/$3" ]; then echo UnitFileState=enabled; echo ActiveState=active; else echo UnitFileState=; echo ActiveState=inactive; fi ;;
esac`,
  )
  standIns.add('loginctl', 'echo Linger=no')
  const place = aPlace(home, standIns.bin)
  return { home, standIns, folder, place, job: systemdJob(place) }
}

const systemctlCalls = (calls: readonly string[]) =>
  calls.filter(call => call.startsWith('systemctl') && !call.includes(' show '))

describe('a timer of systemd', () => {
  test('is written, started, known, and gone without a trace', async () => {
    const { job, folder, standIns, home, place } = aSystemd()

    const [step] = await runAll(job.planAddition())
    const [units, state, again] = [readdirSync(folder).sort(), await job.read(), await job.planAddition()]
    const started = systemctlCalls(standIns.calls())
    await runAll(job.planRemoval())

    expect(step?.title).toContain(`${folder}/${unit}.timer`)
    expect(step?.details?.join()).toContain('loginctl enable-linger')
    expect(units).toEqual([`${unit}.service`, `${unit}.timer`, 'timers.target.wants'])
    expect(started).toEqual([
      'systemctl --user daemon-reload',
      `systemctl --user enable ${unit}.timer`,
      `systemctl --user restart ${unit}.timer`,
    ])
    expect(state).toMatchObject({
      isInstalled: true,
      isCurrent: true,
      isLoaded: true,
      trouble: null,
      nextAt: '2026-11-20T10:07:00.000Z',
    })
    expect(again).toEqual([])
    expect(existsSync(path.join(home.folder, '.config'))).toBe(false)
    expect(existsSync(place.paths.setupRecord)).toBe(false)
    expect(await job.planRemoval()).toEqual([])
  })

  test('that is there but not started is started', async () => {
    const { job, folder } = aSystemd()
    await runAll(job.planAddition())
    execFileSync('rm', [path.join(folder, 'timers.target.wants', `${unit}.timer`)])

    const state = await job.read()
    await runAll(job.planAddition())

    expect(state).toMatchObject({
      isInstalled: true,
      isLoaded: false,
      trouble: { message: 'the timer is not started' },
    })
    expect((await job.read()).isLoaded).toBe(true)
  })

  test('of an earlier version is written anew, with the minutes it had', async () => {
    const { job, folder, standIns } = aSystemd()
    await runAll(job.planAddition())
    const timer = path.join(folder, `${unit}.timer`)
    writeFileSync(
      timer,
      readFileSync(timer, 'utf8').replace('7,22,37,52', '3,18,33,48').replace('WantedBy', 'By'),
    )

    const state = await job.read()
    await runAll(job.planAddition())

    expect(state.isCurrent).toBe(false)
    expect(readFileSync(timer, 'utf8')).toBe(timerText('3,18,33,48'))
    expect(standIns.calls().filter(call => call.includes('restart'))).toHaveLength(2)
  })

  test('is not planned where systemd of this person cannot be reached, and nothing is written', async () => {
    const { job, folder, standIns } = aSystemd()
    standIns.add('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1')

    await expect(job.planAddition()).rejects.toThrow(
      'systemd of this user cannot be reached: Failed to connect to bus: No medium found',
    )
    expect(existsSync(folder)).toBe(false)
  })

  test('goes with the link that systemd made, also where systemd cannot be reached any more', async () => {
    const { job, home, standIns } = aSystemd()
    await runAll(job.planAddition())
    standIns.add('systemctl', 'echo "Failed to connect to bus" >&2; exit 1')

    const state = await job.read()
    await runAll(job.planRemoval())

    expect(state).toMatchObject({
      isInstalled: true,
      isLoaded: false,
      trouble: { message: expect.stringContaining('cannot be reached') },
    })
    expect(existsSync(path.join(home.folder, '.config'))).toBe(false)
  })

  test('does not replace a unit of somebody else, nor remove one', async () => {
    const { job, folder } = aSystemd()
    mkdirSync(folder, { recursive: true })
    const timer = path.join(folder, `${unit}.timer`)
    writeFileSync(timer, '[Timer]\nOnCalendar=daily\n')

    await expect(job.planAddition()).rejects.toThrow('is not ours')
    expect(await job.planRemoval()).toEqual([])
    expect((await job.read()).isInstalled).toBe(false)
  })

  test('keeps what stood beside it', async () => {
    const { job, folder } = aSystemd()
    mkdirSync(path.join(folder, 'timers.target.wants'), { recursive: true })
    writeFileSync(path.join(folder, 'mine.timer'), '')
    symlinkSync('../mine.timer', path.join(folder, 'timers.target.wants/mine.timer'))

    await runAll(job.planAddition())
    await runAll(job.planRemoval())

    expect(readdirSync(folder).sort()).toEqual(['mine.timer', 'timers.target.wants'])
    expect(lstatSync(path.join(folder, 'timers.target.wants/mine.timer')).isSymbolicLink()).toBe(true)
  })
})

const verifier = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find(file => existsSync(file))

// Not run where systemd is not installed.
test.runIf(verifier)('systemd finds nothing wrong with the units, whatever the data folder is called', () => {
  const { folder } = makeHome()
  const shim = path.join(folder, `a b/50%h $HOME "it's" \\n/hook.sh`)
  writeFileSync(path.join(folder, `${unit}.service`), serviceText(shim))
  writeFileSync(path.join(folder, `${unit}.timer`), timerText('7,22,37,52'))
  const verify = (file: string) =>
    execFileSync(
      'sh',
      ['-c', `"$0" verify --user --man=no "$1" 2>&1 || true`, verifier ?? '', path.join(folder, file)],
      {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: folder, XDG_RUNTIME_DIR: folder },
      },
    )

  const said = [verify(`${unit}.service`), verify(`${unit}.timer`)]
  writeFileSync(path.join(folder, 'wrong.service'), serviceText(shim).replace('oneshot', 'onceonly'))

  expect(said).toEqual(['', ''])
  expect(verify('wrong.service')).toContain('onceonly')
})

test('a name that systemd cannot keep is refused', () => {
  expect(() => serviceText('/home/a\nb/hook.sh')).toThrow('control character')
})
