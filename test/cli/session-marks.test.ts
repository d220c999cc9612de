import { existsSync, readFileSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { applyChanges } from '../../src/features/entries/changes.ts'
import { aChange, aRow } from '../support/changes.ts'
import { withPlace } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'
import { openTerminal } from '../support/terminal.ts'

const id = uuidOf(0xc1)

async function homeWithOne(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev', `${id}.jsonl`, [
    userLine(id, 'Mend the gate'),
    assistantLine(id, { usage: { input_tokens: 1000 } }),
  ])
  await home.csl(['backfill'])
  return home
}

async function rows(home: Home): Promise<Record<string, unknown>[]> {
  return JSON.parse((await home.csl(['sessions', '--json'])).stdout).rows
}

test('a star, tags and a name are kept, shown and taken back', async () => {
  const home = await homeWithOne()

  const marked = await home.csl([
    'session',
    id.slice(0, 8),
    '--star',
    '--tag',
    'fence,oak',
    '--name',
    'The gate',
  ])
  const [first] = await rows(home)
  const report = await home.csl(['session', id])
  const usage = await home.csl(['usage', 'session', '--all'])
  const usageRows = JSON.parse((await home.csl(['usage', 'session', '--all', '--json'])).stdout).rows
  const recent = await home.csl(['recent'])
  await home.csl(['session', id, '--unstar', '--untag', 'oak', '--name', ''])
  const [second] = await rows(home)

  expect(marked).toMatchObject({ code: 0, stdout: `session ${id}  ★ The gate #fence #oak\n`, stderr: '' })
  expect(first).toMatchObject({ title: 'The gate', isStarred: true, tags: ['fence', 'oak'] })
  expect(report.stdout).toMatch(/^The gate\n[\s\S]*^Marks +★ · #fence #oak$/m)
  expect(usage.stdout).toMatch(/^00000000 +The gate /m)
  expect(usageRows).toMatchObject([{ key: id, label: 'The gate' }])
  expect(recent.stdout).toContain('The gate')
  expect(second).toMatchObject({ title: 'Mend the gate', isStarred: false, tags: ['fence'] })
})

test('a deleted one leaves the lists, not the totals, and no backfill brings it back', async () => {
  const home = await homeWithOne()

  await home.csl(['session', id, '--delete'])
  await home.csl(['backfill'])
  const lists = [await rows(home), (await home.csl(['recent'])).stdout]
  const totals = JSON.parse((await home.csl(['usage', 'project', '--all', '--json'])).stdout)
  const shown = await home.csl(['session', id])
  await home.csl(['session', id, '--undelete'])

  expect(lists).toEqual([[], 'no sessions yet; run: csl backfill\n'])
  expect(totals.totals).toMatchObject({ totalTokens: 1000 })
  expect(shown.stdout).toMatch(/^Marks +deleted$/m)
  expect(await rows(home)).toHaveLength(1)
})

test('its transcript is deleted where that is said twice; what was recorded stays', async () => {
  const home = await homeWithOne()
  const file = path.join(home.claudeRoot, 'projects/-home-dev', `${id}.jsonl`)
  utimesSync(file, 1_790_000_000, 1_790_000_000)

  const unasked = await home.csl(['session', id, '--delete', '--with-transcript'])
  const isThere = existsSync(file)
  const done = await home.csl(['session', id, '--delete', '--with-transcript', '--yes', '--json'])
  const again = await home.csl(['session', id, '--delete', '--with-transcript', '--yes'])
  await home.csl(['backfill'])
  await home.csl(['session', id, '--undelete'])

  expect(unasked).toMatchObject({ code: 2, stdout: '' })
  expect(unasked.stderr).toContain('there is no terminal to ask on')
  expect(isThere).toBe(true)
  expect(JSON.parse(done.stdout)).toMatchObject({ id, isDeleted: true, deletedFiles: [file] })
  expect(existsSync(file)).toBe(false)
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toContain('is not on this machine')
  expect(await rows(home)).toMatchObject([{ id, title: 'Mend the gate', totalTokens: 1000 }])
})

test('a terminal asks before a transcript is deleted, and says what', async () => {
  const home = await homeWithOne()
  const file = path.join(home.claudeRoot, 'projects/-home-dev', `${id}.jsonl`)
  utimesSync(file, 1_790_000_000, 1_790_000_000)
  const words = ['session', id, '--delete', '--with-transcript']

  const refused = openTerminal(home, words, { columns: 160 })
  const asked = await refused.shows('Delete it for good?')
  refused.type('\r')
  await refused.ended()
  const isThere = existsSync(file)
  const said = openTerminal(home, words)
  await said.shows('Delete it for good?')
  said.type('y')
  const code = await said.ended()

  expect(asked).toContain(file)
  expect(refused.screen()).toContain('nothing was deleted')
  expect([isThere, existsSync(file)]).toEqual([true, false])
  expect(code).toBe(0)
  expect(said.screen()).toContain('(deleted)')
})

test('what was said survives a new database, without the secrets in it', async () => {
  const home = await homeWithOne()
  const secret = `ghp_${'a1B2'.repeat(9)}`

  const { stderr } = await home.csl(['session', id, '--name', `Gate ${secret}`])
  const journal = readFileSync(path.join(home.dataFolder, 'changes.jsonl'), 'utf8')

  expect(stderr).toContain('1 secret in it was made unreadable')
  expect(journal).toContain(`"subject":"session:${id}"`)
  expect(journal).not.toContain(secret)
})

test('what another person says of it holds for them alone, whoever they say they are', async () => {
  const home = await homeWithOne()
  await withPlace(home, async ({ db, meta, writer }) => {
    const { personId: actor, personName: actorName } = writer.identity
    const change = aChange(1, 'deleted', 'true', { subject: `session:${id}`, actor, actorName })
    const rows = [aRow(1, change), aRow(2, change, writer.id)]
    await db.transaction(() => applyChanges(db, { meta, rows, share: 'notes', nowMs: Date.now() }))
  })

  expect(await rows(home)).toHaveLength(1)
})

test.each([
  [['--star', '--unstar'], 'exclude each other'],
  [['--tag', 'two words'], 'not a tag'],
  [['--with-transcript'], 'goes with --delete'],
])('%j is refused', async (options, why) => {
  const home = await homeWithOne()

  const { code, stderr } = await home.csl(['session', id, ...options])

  expect(code).toBe(2)
  expect(stderr).toContain(why)
})
