import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Row } from '../../../src/store/query.ts'
import { databaseOf, recorded, select } from '../../support/database.ts'
import { type Home, homeIn } from '../../support/home.ts'
import { pickedPoints, runKilled } from '../../support/kill-points.ts'
import { assistantLine, messageId, uuidOf } from '../../support/lines.ts'

// kill -9 before every step of the commands that put another file in the place of the database: there is a whole one at every
// instant, the one before or the new one, and the same command can be run again.

const isLong = Boolean(process.env.CSL_TEST_LONG)
const slug = '-home-dev-orchard-api'

let folder: string
let base: Home
let backup: string

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'csl-kill-'))
  base = homeIn(path.join(folder, 'base'))
  await record(1)
  await ok(base, ['log', '--category', 'note', '--title', 'Before the backup'])
  backup = path.join(folder, 'backup.duckdb')
  await ok(base, ['backup', backup])
  await record(2)
  await ok(base, ['log', '--category', 'note', '--title', 'Since the backup'])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function record(n: number): Promise<void> {
  const lines = Array.from({ length: 40 }, (_, i) =>
    assistantLine(uuidOf(n), { id: messageId(n * 1000 + i) }),
  )
  await base.writeTranscript(slug, `${uuidOf(n)}.jsonl`, lines)
  await ok(base, ['backfill'])
}

async function ok(home: Home, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const run = await home.csl(args, { env })
  if (run.code !== 0) throw new Error(`csl ${args.join(' ')}: ${run.code} ${run.stderr}`)
}

/** A home like the first one, with its transcripts. */
function aHome(name: string): Home {
  const home = homeIn(path.join(folder, name))
  cpSync(base.dataFolder, home.dataFolder, { recursive: true })
  symlinkSync(path.join(base.claudeRoot, 'projects'), path.join(home.claudeRoot, 'projects'))
  return home
}

async function stateOf(home: Home): Promise<Record<string, Row[]>> {
  const entries = await select(home, 'SELECT title FROM log_entries ORDER BY title')
  return { ...(await recorded(home)), entries }
}

test.each<[string, () => string[]]>([
  ['compact', () => ['compact']],
  ['restore', () => ['restore', backup, '--yes']],
])(
  'csl %s, killed anywhere, leaves a whole database',
  async (name, words) => {
    const undisturbed = aHome(`${name}-undisturbed`)
    const before = await stateOf(undisturbed)
    const points = await pickedPoints(undisturbed, words(), 4)
    const after = await stateOf(undisturbed)
    expect(after.entries).toEqual([{ title: 'Before the backup' }, { title: 'Since the backup' }])
    expect(after.usage?.length).toBe(name === 'restore' ? 40 : 80)
    const seen = new Set<string>()

    for (const [n, point] of points.entries()) {
      const home = aHome(`${name}-${n}`)
      await runKilled(home, words(), point)

      const found = await stateOf(home)
      const isNew = JSON.stringify(found) === JSON.stringify(after)
      if (!isNew) expect(found, `killed ${point.name}`).toEqual(before)
      seen.add(isNew ? 'new' : 'old')
      await ok(home, words())
      expect(await stateOf(home), `again after ${point.name}`).toEqual(after)
      expect(readdirSync(home.dataFolder).filter(file => /\.new|\.part/.test(file))).toEqual([])
      rmSync(home.folder, { recursive: true })
    }

    // What is compacted says the same before and after.
    if (isLong && name === 'restore') expect([...seen].sort()).toEqual(['new', 'old'])
  },
  540_000,
)

test('csl doctor --fix, killed anywhere, leaves the damaged database as it was, or a whole new one', async () => {
  const spoilt = (name: string) => {
    const home = aHome(name)
    const file = databaseOf(home)
    const bytes = readFileSync(file)
    const at = bytes.length - 20_000
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
    writeFileSync(file, bytes)
    return home
  }
  const words = ['doctor', '--fix', '--yes', '--local']
  const undisturbed = spoilt('doctor-undisturbed')
  const damaged = readFileSync(databaseOf(undisturbed))
  const points = await pickedPoints(undisturbed, words, 3)
  const after = await stateOf(undisturbed)
  expect(after.usage).toHaveLength(80)

  for (const [n, point] of points.entries()) {
    const home = spoilt(`doctor-${n}`)
    // A process that it starts can be the one that is killed: what that was at is told as lost then.
    await runKilled(home, words, point).catch(() => undefined)

    const isAsBefore = readFileSync(databaseOf(home)).equals(damaged)
    if (!isAsBefore) await stateOf(home)
    await home.csl(words)
    await ok(home, ['backfill'])
    expect(await stateOf(home), `again after ${point.name}`).toEqual(after)
    expect(readdirSync(home.dataFolder).filter(file => /\.new/.test(file))).toEqual([])
    rmSync(home.folder, { recursive: true })
  }
}, 540_000)
