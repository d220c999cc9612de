import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentText } from '../../../src/setup/background/launch-agent.ts'
import { launchdJob } from '../../../src/setup/background/launchd.ts'
import { makeHome } from '../../support/home.ts'
import { parsePlist } from '../../support/plist.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'
import { makeStandIns } from '../../support/stand-ins.ts'

// launchctl is a stand-in that notes what it is told: what macOS makes of it is not tested here.

const label = 'com.claude-session-logger.sync'
const domain = `gui/${process.getuid?.()}`

function aMac(launchctl = '') {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  const loaded = path.join(home.folder, 'loaded')
  standIns.add(
    'launchctl',
    `${launchctl}
case "$1" in
  print) [ -f '${loaded}' ] ;;
  bootstrap) [ ! -f '${loaded}' ] || { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }; : > '${loaded}' ;;
  bootout) rm '${loaded}' 2>/dev/null || { echo "Boot-out failed: 3: No such process" >&2; exit 3; } ;;
esac`,
  )
  const place = aPlace(home, standIns.bin, { platform: 'darwin' })
  const file = path.join(home.folder, 'Library/LaunchAgents', `${label}.plist`)
  return { home, standIns, place, file, loaded, job: launchdJob(place) }
}

const deeds = (calls: readonly string[]) => calls.filter(call => !/ print(-disabled)? /.test(call))

describe('an agent of launchd', () => {
  test('is written, loaded, known, and gone without a trace', async () => {
    const { job, file, standIns, home, place } = aMac()

    const [step] = await runAll(job.planAddition())
    const [text, state, again] = [readFileSync(file, 'utf8'), await job.read(), await job.planAddition()]
    const mode = statSync(file).mode & 0o777
    await runAll(job.planRemoval())

    expect(step?.title).toContain(file)
    expect(text).toBe(agentText(place.paths.hookShim))
    expect(mode & 0o022).toBe(0)
    expect(state).toMatchObject({ isInstalled: true, isCurrent: true, isLoaded: true, trouble: null })
    expect(again).toEqual([])
    expect(deeds(standIns.calls())).toEqual([
      `launchctl bootout ${domain}/${label}`,
      `launchctl bootstrap ${domain} ${file}`,
      `launchctl bootout ${domain}/${label}`,
    ])
    expect(existsSync(path.join(home.folder, 'Library'))).toBe(false)
    expect(existsSync(place.paths.setupRecord)).toBe(false)
    expect(await job.planRemoval()).toEqual([])
  })

  test('of an earlier version is written anew and loaded anew', async () => {
    const { job, file, standIns, loaded } = aMac()
    await runAll(job.planAddition())
    writeFileSync(file, readFileSync(file, 'utf8').replace('900', '300'))

    const state = await job.read()
    await runAll(job.planAddition())

    expect(state.isCurrent).toBe(false)
    expect(readFileSync(file, 'utf8')).toContain('<integer>900</integer>')
    expect(deeds(standIns.calls()).slice(-2)).toEqual([
      `launchctl bootout ${domain}/${label}`,
      `launchctl bootstrap ${domain} ${file}`,
    ])
    expect(existsSync(loaded)).toBe(true)
  })

  test('that launchd does not know is loaded again', async () => {
    const { job, standIns } = aMac()
    await runAll(job.planAddition())
    execFileSync(path.join(standIns.bin, 'launchctl'), ['bootout', 'x'])

    const state = await job.read()
    await runAll(job.planAddition())

    expect(state).toMatchObject({ isLoaded: false, trouble: { message: 'launchd does not know the agent' } })
    expect((await job.read()).isLoaded).toBe(true)
  })

  test('that a person switched off is switched on when it is set up', async () => {
    const { job, standIns } = aMac(`[ "$1" = print-disabled ] && echo '  "${label}" => disabled'`)

    await runAll(job.planAddition())

    expect(standIns.calls()).toContain(`launchctl enable ${domain}/${label}`)
  })

  test('is loaded a moment later where launchd is still at the one before', async () => {
    const { job, home } = aMac(
      `if [ "$1" = bootstrap ] && [ ! -f ../again ]; then : > ../again; echo "Operation already in progress" >&2; exit 37; fi`.replaceAll(
        '../again',
        '"$HOME/again"',
      ),
    )

    await runAll(job.planAddition())

    expect(existsSync(path.join(home.folder, 'again'))).toBe(true)
    expect((await job.read()).isLoaded).toBe(true)
  })

  test('that is not taken is said in launchd’s words; the file stays for the next login, and is taken out', async () => {
    const { job, file } = aMac(
      '[ "$1" = bootstrap ] && { echo "Bootstrap failed: 125: no domain" >&2; exit 125; }',
    )

    await expect(runAll(job.planAddition())).rejects.toThrow(
      'launchd did not take the agent: Bootstrap failed: 125: no domain',
    )
    const isThere = existsSync(file)
    await runAll(job.planRemoval())

    expect(isThere).toBe(true)
    expect(existsSync(file)).toBe(false)
  })

  test('of that name that is not ours stays', async () => {
    const { job, file } = aMac()
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, '<plist/>')
    chmodSync(file, 0o640)

    await expect(job.planAddition()).rejects.toThrow('is not ours')
    expect(await job.planRemoval()).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe('<plist/>')
  })
})

test('the older tool’s agent is switched off, its file kept, and on again when all is as it was', async () => {
  const { job, home, standIns, place } = aMac()
  const older = 'com.keithfajardo.claude-session-logger.flush'
  const file = path.join(home.folder, 'Library/LaunchAgents', `${older}.plist`)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '<plist/>')

  const steps = await runAll(job.planAddition())
  const [again, calls] = [await job.planAddition(), standIns.calls()]
  await runAll(job.planRemoval())

  expect(steps[0]?.title).toBe(`the older tool's agent is switched off: ${file}`)
  expect(calls).toContain(`launchctl bootout ${domain}/${older}`)
  expect(calls).toContain(`launchctl disable ${domain}/${older}`)
  expect(again).toEqual([])
  expect(readFileSync(file, 'utf8')).toBe('<plist/>')
  expect(standIns.calls().slice(-2)).toEqual([
    `launchctl enable ${domain}/${older}`,
    `launchctl bootstrap ${domain} ${file}`,
  ])
  expect(existsSync(place.paths.setupRecord)).toBe(false)
})

const odd = `/Users/a b/50% <&> "it's" ä/hook.sh`
const wanted = {
  Label: label,
  ProgramArguments: ['/bin/sh', odd, 'background', 'run', '--scheduled'],
  RunAtLoad: true,
  StartInterval: 900,
  ProcessType: 'Background',
  LowPriorityIO: true,
  Nice: 10,
}

test('the property list is strict XML that says what launchd is to do, and no token', () => {
  expect(parsePlist(agentText(odd))).toEqual(wanted)
})

test('a broken property list is noticed by the check', () => {
  expect(() => parsePlist(agentText(odd).replace('&amp;', '&'))).toThrow('a bare &')
  expect(() => parsePlist(agentText(odd).replace('</array>', ''))).toThrow('a value expected')
  expect(() => parsePlist(`${agentText(odd)}x`)).toThrow()
})

// Not run where there is no Python.
test.runIf(['/usr/bin/python3', '/usr/local/bin/python3'].some(existsSync))(
  'another reader of property lists reads the same',
  () => {
    const { folder } = makeHome()
    const file = path.join(folder, 'agent.plist')
    writeFileSync(file, agentText(odd))

    const said = execFileSync(
      'python3',
      ['-c', 'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))', file],
      { encoding: 'utf8' },
    )

    expect(JSON.parse(said)).toEqual(wanted)
  },
)

test('a name that XML cannot keep is refused', () => {
  expect(() => agentText('/home/a\x01b/hook.sh')).toThrow('control character')
})
