import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KillPoint, pickedPoints, runKilled } from '../support/kill-points.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { inParallel } from '../support/parallel.ts'
import { fillSetupHome, type SetupHome, setupHomeIn } from '../support/setup-home.ts'

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
    const asBefore = textsIn(copy)
    await succeed(copy, install, undefined)
    texts = [asBefore, textsIn(copy)]
  })
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

/** The files that others have there too, with what differs from home to home and from minute to minute made the same. */
function textsIn(home: SetupHome): Map<string, string> {
  const names = [...before].filter(([, what]) => !what.endsWith(' folder')).map(([name]) => name)
  const textOf = (name: string) => {
    const text = readFileSync(path.join(home.folder, name), 'utf8')
    return text.replaceAll(home.folder, '~').replace(/^[\d,]+ (?=.*claude-session-logger)/gm, 'N ')
  }
  return new Map(names.map(name => [name, textOf(name)]))
}

function expectWhole(home: SetupHome, point: KillPoint): void {
  for (const [name, text] of textsIn(home))
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

/** After a kill: what was there is whole; one command or both come to their end. */
async function expectRecovery(home: SetupHome, point: KillPoint, installsFirst: boolean): Promise<void> {
  expectWhole(home, point)
  if (installsFirst) {
    await succeed(home, install, point)
    expect(await succeed(home, install, point), point.name).toContain('nothing to do')
  }
  await succeed(home, uninstall, point)
  expect(Object.fromEntries(home.snapshot()), point.name).toEqual(Object.fromEntries(before))
}

test(
  'killed anywhere, setup goes on when it is run again, or is taken out',
  async () => {
    const points = await inCopy(home => pickedPoints(home, install, 18))

    await inParallel(points, 2, (point, i) =>
      inCopy(async home => {
        await runKilled(home, install, point)
        await expectRecovery(home, point, i % 2 === 0)
      }),
    )

    expect(points.length).toBeGreaterThanOrEqual(18)
  },
  timeoutMs,
)

test(
  'killed anywhere, uninstall goes on when it is run again, or everything is set up again',
  async () => {
    const points = await inCopy(async home => {
      await succeed(home, install)
      return pickedPoints(home, uninstall, 12)
    })

    await inParallel(points, 2, (point, i) =>
      inCopy(async home => {
        await succeed(home, install, point)
        await runKilled(home, uninstall, point)
        await expectRecovery(home, point, i % 2 === 0)
      }),
    )

    expect(points.length).toBeGreaterThanOrEqual(12)
  },
  timeoutMs,
)
