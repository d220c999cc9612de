import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KillPoint, pickedPoints, runKilled } from '../support/kill-points.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { inParallel } from '../support/parallel.ts'
import { fillSetupHome, othersTexts, type SetupHome, setupHomeIn } from '../support/setup-home.ts'

// Setup and uninstall are killed at what they do to files and processes, one by one: what was there is whole, and the same command
// again, or the opposite one, comes to its end. A sample of the points; CSL_TEST_LONG takes all of them.

const place = mkdtempSync(path.join(tmpdir(), 'csl-kill-'))
const template = path.join(place, 'template')
const install = ['setup', '--yes', '--background', 'cron']
const uninstall = ['setup', '--uninstall', '--yes', '--delete-data']

/** All points take a quarter of an hour. */
const timeoutMs = 3_600_000

let before: Map<string, string>
/** The texts that stood there before setup came, as they are then and with what it adds. */
let texts: readonly ReadonlyMap<string, string>[]

beforeAll(async () => {
  const home = fillSetupHome(template)
  await home.writeTranscript('-home-dev-orchard', `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
  writeFileSync(home.crontab, '0 1 * * * backup\n', { mode: 0o600 })
  before = home.snapshot()
  await inCopy(async copy => {
    const asBefore = othersTexts(copy)
    await succeed(copy, install, undefined)
    texts = [asBefore, othersTexts(copy)]
  })
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

function expectWhole(home: SetupHome, point: KillPoint): void {
  for (const [name, text] of othersTexts(home))
    expect(
      texts.map(known => known.get(name)),
      `${name} after ${point.name}`,
    ).toContain(text)
}

/** A copy of the home for one point. */
async function inCopy<T>(work: (home: SetupHome) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(place, 'copy-'))
  try {
    cpSync(template, folder, { recursive: true })
    return await work(setupHomeIn(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a command to its end; what it said stands in the failure. */
async function succeed(home: SetupHome, words: readonly string[], point?: KillPoint): Promise<string> {
  const { code, stdout, stderr } = await home.csl(words)
  expect(code, `${words.join(' ')} after ${point?.name}: ${stderr}`).toBe(0)
  return stdout
}

/** What doctor says of setup. */
async function whatDoctorSays(home: SetupHome): Promise<string | undefined> {
  const { stdout } = await home.csl(['doctor', '--json'])
  const checks: { check: string; text: string }[] = JSON.parse(stdout).checks
  return checks.find(({ check }) => check === 'setup')?.text
}

/** After a kill: what was there is whole; one command or both come to their end. */
async function expectRecovery(home: SetupHome, point: KillPoint, installsFirst: boolean): Promise<void> {
  expectWhole(home, point)
  expect(await whatDoctorSays(home), point.name).toMatch(/^(whole$|not set up on this machine$|half done)/)
  if (installsFirst) {
    await succeed(home, install, point)
    expect(await succeed(home, install, point), point.name).toContain('nothing to do')
    expect(await whatDoctorSays(home), point.name).toBe('whole')
  }
  await succeed(home, uninstall, point)
  expect(Object.fromEntries(home.snapshot()), point.name).toEqual(Object.fromEntries(before))
}

test(
  'killed anywhere, setup goes on when it is run again, or is taken out',
  async () => {
    const points = await inCopy(home => pickedPoints(home, install, 8))

    await inParallel(points, 2, (point, i) =>
      inCopy(async home => {
        await runKilled(home, install, point)
        await expectRecovery(home, point, i % 2 === 0)
      }),
    )

    expect(points.length).toBeGreaterThanOrEqual(8)
  },
  timeoutMs,
)

test(
  'killed anywhere, uninstall goes on when it is run again, or everything is set up again',
  async () => {
    const points = await inCopy(async home => {
      await succeed(home, install)
      return pickedPoints(home, uninstall, 6)
    })

    await inParallel(points, 2, (point, i) =>
      inCopy(async home => {
        await succeed(home, install, point)
        await runKilled(home, uninstall, point)
        await expectRecovery(home, point, i % 2 === 0)
      }),
    )

    expect(points.length).toBeGreaterThanOrEqual(6)
  },
  timeoutMs,
)
