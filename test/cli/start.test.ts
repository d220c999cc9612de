import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Home, makeHome, packageFolder } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const session = uuidOf(1)
const yesterday = new Date(Date.now() - 86_400_000).toISOString()

async function homeWithSession(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev-orchard-api', `${session}.jsonl`, [
    assistantLine(session, { at: yesterday, usage: { input_tokens: 1_000_000 } }),
  ])
  return home
}

test('npm start is csl start', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))

  expect(scripts.start).toBe('node dist/main.mjs start')
})

describe('csl start', () => {
  test('reads the transcripts and shows the usage of the last 30 days', async () => {
    const home = await homeWithSession()

    const run = await home.csl(['start'])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(
      /^done: 1 of 1 transcript read\nin the logbook: 1 session, 1 API message\n\nUsage by day · last 30 days/,
    )
    expect(run.stdout).toMatch(/^Total .* \$5\.00$/m)
  })

  test('again has nothing new to read and shows the same', async () => {
    const home = await homeWithSession()
    const usageIn = (text: string) => text.slice(text.indexOf('Usage by day'))

    const runs = [await home.csl(['start']), await home.csl(['start'])]

    expect(runs[1]?.stdout).toMatch(/^done: 1 transcript, nothing new\n/)
    expect(usageIn(runs[1]?.stdout ?? '')).toBe(usageIn(runs[0]?.stdout ?? ''))
  })

  test('without transcripts says so and leads to the demo', async () => {
    const home = makeHome()

    const run = await home.csl(['start'])

    expect(run.code).toBe(0)
    expect(run.stdout).toContain('npm start -- --demo')
    expect(run.stdout).not.toContain('Usage')
    expect(run.stderr).toBe(`no transcripts below ${home.claudeRoot}\n`)
  })

  test('shows what it could read, and ends as a backfill that could not read all', async () => {
    const home = await homeWithSession()
    const loop = path.join(home.claudeRoot, 'projects/loop')
    symlinkSync(loop, loop)

    const run = await home.csl(['start'])

    expect(run.code).toBe(1)
    expect(run.stderr).toContain(`not read: ${loop}`)
    expect(run.stdout).toMatch(/^Total .* \$5\.00$/m)
  })
})

describe('csl start --demo', () => {
  test('shows invented sessions in a folder of its own, and touches nothing of the person’s', async () => {
    const home = await homeWithSession()
    const temporary = path.join(home.folder, 'tmp')
    mkdirSync(temporary)

    const run = await home.csl(['start', '--demo'], { env: { TMPDIR: temporary } })

    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toMatch(/^DEMO: a made-up home/)
    expect(run.stdout).toContain('Usage by day · last 30 days')
    expect(run.stdout).toContain('DEMO: invented sessions, nothing of yours')
    expect(existsSync(home.dataFolder)).toBe(false)
    expect(readdirSync(temporary)).toHaveLength(1)
  })

  test('ends with lines that lead further into the demo', async () => {
    const home = await homeWithSession()
    const temporary = path.join(home.folder, "tmp it's")
    mkdirSync(temporary)
    const { stdout } = await home.csl(['start', '--demo'], { env: { TMPDIR: temporary } })

    const lines = stdout.trimEnd().split('\n').slice(-2).join('\n')
    const shown = await promisify(execFile)('/bin/sh', ['-c', lines], { env: home.env })

    expect(shown.stdout).toMatch(/^Sessions · all time/)
    expect(shown.stdout).toContain('cellar-web')
    expect(existsSync(home.dataFolder)).toBe(false)
  })
})
