import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cronJob } from '../../../src/setup/background/cron.ts'
import { howToStartCron, isCronRunning } from '../../../src/setup/background/cron-daemon.ts'
import { makeHome } from '../../support/home.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'
import { addCrontab, makeStandIns } from '../../support/stand-ins.ts'

function aCron() {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  const table = addCrontab(standIns)
  const place = aPlace(home, standIns.bin)
  const write = (text: string | Buffer) => writeFileSync(path.join(home.folder, 'crontab.txt'), text)
  return { home, standIns, table, place, write, job: cronJob(place) }
}

describe('a line of the crontab', () => {
  test('is added and taken out, and what stood there is the same to the byte', async () => {
    const { table, job, write, place } = aCron()
    const before = '# mine, ä\r\nMAILTO=""\n\n*/5 * * * * true\n'
    write(before)

    await runAll(job.planAddition())
    const [added, state, again] = [table(), await job.read(), await job.planAddition()]
    await runAll(job.planRemoval())

    expect(added?.startsWith(before)).toBe(true)
    expect(added?.slice(before.length)).toMatch(
      /^7,22,37,52 \* \* \* \* nice -n 10 \/bin\/sh '.*\/hook\.sh' background run --scheduled >\/dev\/null 2>&1 # claude-session-logger\n$/,
    )
    expect(state).toMatchObject({ isInstalled: true, isCurrent: true, where: 'crontab' })
    expect(again).toEqual([])
    expect(table()).toBe(before)
    expect(existsSync(place.paths.setupRecord)).toBe(false)
    expect(await job.planRemoval()).toEqual([])
  })

  test('leaves no crontab where there was none', async () => {
    const { table, job } = aCron()

    await runAll(job.planAddition())
    const added = table()
    await runAll(job.planRemoval())

    expect(added).toContain('hook.sh')
    expect(table()).toBeUndefined()
  })

  test('leaves an empty crontab where there was one', async () => {
    const { table, job, write } = aCron()
    write('')

    await runAll(job.planAddition())
    await runAll(job.planRemoval())

    expect(table()).toBe('')
  })

  test('goes alone where a person wrote more in between', async () => {
    const { table, job, write } = aCron()
    write('@daily true\n')
    await runAll(job.planAddition())
    write(`@weekly true\n${table()}@monthly true\n`)

    await runAll(job.planRemoval())

    expect(table()).toBe('@weekly true\n@daily true\n@monthly true\n')
  })

  test('takes the place of the older tool’s, which is named before, and gives it back', async () => {
    const { table, job, write } = aCron()
    const older = '*/15 * * * * python3 -m claude_session_logger.cli flush'
    write(`${older}\n@daily true\n`)

    const [step] = await runAll(job.planAddition())
    const added = table()
    await runAll(job.planRemoval())

    expect(step?.details).toContain(`replaces the older tool's: ${older}`)
    expect(added).not.toContain('python3')
    expect(table()).toBe(`${older}\n@daily true\n`)
  })
})

test('without a job of ours the older tool’s line is out, too, until all is as it was', async () => {
  const { table, job, write, place } = aCron()
  const before = '@daily a\n*/15 * * * * python3 -m claude_session_logger.cli flush\n@weekly b\n'
  write(before)

  await runAll(job.planAbsence())
  const [first, again] = [table(), await job.planAbsence()]
  await runAll(job.planAddition())
  const added = table()
  await runAll(job.planAbsence())
  const second = table()
  await runAll(job.planRemoval())

  expect(first).toBe('@daily a\n@weekly b\n')
  expect(again).toEqual([])
  expect(added).toMatch(/^@daily a\n@weekly b\n.*hook\.sh.*\n$/)
  expect(second).toBe(first)
  expect(table()).toBe(before)
  expect(existsSync(place.paths.setupRecord)).toBe(false)
})

test('without a job of ours and without one of the older tool nothing is recorded', async () => {
  const { table, job, write, place } = aCron()
  write('@daily a\n')

  expect(await job.planAbsence()).toEqual([])
  await runAll(job.planAddition())
  await runAll(job.planAbsence())

  expect(table()).toBe('@daily a\n')
  expect(existsSync(place.paths.setupRecord)).toBe(false)
})

describe('a crontab that cannot be had', () => {
  test('is refused to this person: nothing is written, and it is said in cron’s words', async () => {
    const { standIns, job, place } = aCron()
    standIns.add('crontab', 'echo "You (ada) are not allowed to use this program (crontab)" >&2; exit 1')

    await expect(job.planAddition()).rejects.toThrow(
      'cannot read the crontab: You (ada) are not allowed to use this program (crontab)',
    )
    expect(await job.planRemoval()).toEqual([])
    expect(await job.read()).toMatchObject({
      isInstalled: false,
      trouble: { message: expect.stringContaining('not allowed') },
    })
    expect(existsSync(place.paths.setupRecord)).toBe(false)
  })

  test('is refused after our line was written: an uninstall says so', async () => {
    const { standIns, job } = aCron()
    await runAll(job.planAddition())
    standIns.add('crontab', 'echo "You (ada) are not allowed to use this program (crontab)" >&2; exit 1')

    await expect(job.planRemoval()).rejects.toThrow('not allowed')
  })

  test('has no command here', async () => {
    const { home } = aCron()
    const job = cronJob({
      ...aPlace(home, ''),
      run: async () => ({ code: undefined, stdout: '', stderr: '', why: 'ENOENT' }),
    })

    await expect(job.planAddition()).rejects.toThrow('there is no crontab command here')
    expect(await job.planRemoval()).toEqual([])
  })

  test('cannot be written: it is as it was', async () => {
    const { standIns, job, table, write } = aCron()
    write('@daily true\n')
    const real = readFileSync(path.join(standIns.bin, 'crontab'), 'utf8')
    standIns.add('crontab', real.replace('*) cat', '*) echo "disk full" >&2; exit 1; cat'))

    await expect(runAll(job.planAddition())).rejects.toThrow('cannot write the crontab: disk full')
    expect(table()).toBe('@daily true\n')
    expect(await job.planRemoval()).toHaveLength(1)
  })

  test('is no UTF-8', async () => {
    const { job, write } = aCron()
    write(Buffer.from('# caf\xe9\n@daily true\n', 'latin1'))

    await expect(job.planAddition()).rejects.toThrow('the crontab is not UTF-8 text')
  })

  test('is changed by somebody else between plan and deed', async () => {
    const { job, write, table } = aCron()
    const steps = await job.planAddition()
    write('@daily true\n')

    await expect(runAll(Promise.resolve(steps))).rejects.toThrow('changed by somebody else')
    expect(table()).toBe('@daily true\n')
  })
})

test('a line that a person made a comment is no job that runs', async () => {
  const { job, write, table } = aCron()
  await runAll(job.planAddition())
  write(`# ${table()}`)

  expect(await job.read()).toMatchObject({
    isInstalled: true,
    isLoaded: false,
    nextAt: null,
    trouble: { message: 'the line of the crontab is a comment' },
  })
})

describe('whether cron runs', () => {
  function aProc(...names: string[]): string {
    const folder = path.join(makeHome().folder, 'proc')
    for (const [i, name] of names.entries()) {
      mkdirSync(path.join(folder, `${i + 1}`), { recursive: true })
      writeFileSync(path.join(folder, `${i + 1}/comm`), `${name}\n`)
    }
    return folder
  }

  test('is told by the processes', () => {
    expect(isCronRunning({ platform: 'linux' }, aProc('init', 'cron'))).toBe(true)
    expect(isCronRunning({ platform: 'linux' }, aProc('init', 'bash', 'cronut'))).toBe(false)
  })

  test.skipIf(process.platform !== 'linux')('is told by real ones', async () => {
    const { folder } = makeHome()
    const cron = path.join(folder, 'crond')
    copyFileSync('/bin/sleep', cron)
    const child = spawn(cron, ['60'])
    onTestFinished(() => void child.kill())
    await new Promise(resolve => child.once('spawn', resolve))
    const proc = path.join(folder, 'proc')
    for (const pid of [process.pid, child.pid ?? 0]) {
      mkdirSync(proc, { recursive: true })
      symlinkSync(`/proc/${pid}`, path.join(proc, String(pid)))
    }
    symlinkSync(`/proc/${process.pid}`, path.join(proc, '1'))

    expect(isCronRunning({ platform: 'linux' }, proc)).toBe(true)
  })

  test('counts as yes where it cannot be told', () => {
    expect(isCronRunning({ platform: 'darwin' }, aProc('init'))).toBe(true)
    expect(isCronRunning({ platform: 'linux' }, path.join(aProc('init'), 'nowhere'))).toBe(true)
  })

  test('and if not, what to do is said for this kind of machine', () => {
    const booted = makeHome().folder
    const notBooted = path.join(booted, 'systemd')

    expect(howToStartCron({ isWsl: false }, booted).join('\n')).toContain('systemctl enable --now cron')
    expect(howToStartCron({ isWsl: true }, booted).join('\n')).toContain('systemctl enable --now cron')
    expect(howToStartCron({ isWsl: true }, notBooted).join('\n')).toMatch(
      /service cron start[\s\S]*\/etc\/wsl\.conf[\s\S]*\[boot\][\s\S]*command = service cron start/,
    )
    expect(howToStartCron({ isWsl: false }, notBooted).join('\n')).toContain('service cron start')
  })
})
