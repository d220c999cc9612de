import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { usageTotals } from '../../src/features/usage/sums.ts'
import { planErasing, recordDoomed } from '../../src/ingest/erase-transcripts.ts'
import { type Ledger, withLedger } from '../../src/ingest/open-ledger.ts'
import { aPlace } from '../support/ledger.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'

const [gate, barn] = [uuidOf(1), uuidOf(2)]
const old = new Date('2026-10-02T10:00:00Z')

/** A place with two sessions in one project; one has a subagent, a result kept apart, and a subagent's file beside it. */
function aFarm() {
  const place = aPlace()
  const root = path.join(place.folder, 'claude')
  const project = path.join(root, 'projects/-home-dev')
  const write = (name: string, ...lines: object[]) => {
    const file = path.join(project, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    utimesSync(file, old, old)
    return file
  }
  const usage = { input_tokens: 100 }
  const own = [
    write(`${gate}.jsonl`, userLine(gate, 'Mend the gate'), assistantLine(gate, { usage })),
    write(`${gate}/subagents/agent-1.jsonl`, assistantLine(gate, { usage })),
    write(`${gate}/subagents/agent-1.meta.json`, { description: 'look' }),
    write(`${gate}/tool-results/long.txt`, { long: 'text' }),
    write('agent-2.jsonl', assistantLine(gate, { usage })),
  ]
  const others = [
    write(`${barn}.jsonl`, userLine(barn, 'Sweep')),
    write('agent-3.jsonl', assistantLine(barn, { usage })),
  ]
  const main = own[0] ?? ''
  const plan = (id = gate) => planErasing([root], id, place.now())
  /** Answers what the ledger holds then. */
  const erase = (between: () => void = () => undefined) =>
    withLedger(place, { threads: 1 }, async (ledger: Ledger) => {
      const doomed = await plan()
      const recorded = await recordDoomed(ledger, doomed ? [doomed] : [])
      between()
      recorded.remove('u')
      return usageTotals(ledger.db, { sessionId: gate })
    })
  return { place, root, project, own, others, main, plan, erase }
}

test('removes the transcript and what belongs to it, nothing of other sessions, and only what is recorded', async () => {
  const { own, others, project, erase, plan } = aFarm()

  const doomed = await plan()
  const totals = await erase()

  expect(doomed?.files.map(file => file.path).sort()).toEqual([...own].sort())
  expect(own.filter(file => existsSync(file))).toEqual([])
  expect(others.filter(file => existsSync(file))).toEqual(others)
  expect(readdirSync(project).sort()).toEqual(['agent-3.jsonl', `${barn}.jsonl`].sort())
  expect(totals).toMatchObject({ messages: 3, totalTokens: 300 })
  expect(await plan()).toBe(undefined)
})

test('removes every copy, of other projects and other roots, and one that is reached twice once', async () => {
  const { place, root, main, project } = aFarm()
  const otherRoot = path.join(place.folder, 'other')
  const linkedRoot = path.join(place.folder, 'linked')
  const copies = [path.join(root, 'projects/-home-copy'), path.join(otherRoot, 'projects/-home-dev')]
  const files = copies.map(folder => path.join(folder, `${gate}.jsonl`))
  for (const [n, file] of files.entries()) {
    mkdirSync(copies[n] ?? '', { recursive: true })
    copyFileSync(main, file)
    utimesSync(file, old, old)
  }
  symlinkSync(root, linkedRoot)
  symlinkSync(project, path.join(root, 'projects/-home-zlink'))
  const roots = [root, otherRoot, linkedRoot]
  const here = { ...place, paths: { ...place.paths, claudeRoots: roots } }

  const doomed = await planErasing(roots, gate, place.now())
  const totals = await withLedger(here, { threads: 1 }, async ledger => {
    const recorded = await recordDoomed(ledger, doomed ? [doomed] : [])
    recorded.remove('u')
    return usageTotals(ledger.db, { sessionId: gate })
  })

  expect(doomed?.mains.toSorted()).toEqual([main, ...files].sort())
  expect([main, ...files].filter(file => existsSync(file))).toEqual([])
  expect(totals).toMatchObject({ totalTokens: 300 })
})

test('leaves all of it alone when it is written to between reading and removing', async () => {
  const { own, main, erase } = aFarm()

  const erased = erase(() => appendFileSync(main, `${JSON.stringify(assistantLine(gate))}\n`))

  await expect(erased).rejects.toMatchObject({
    message: expect.stringContaining('was written to meanwhile'),
    hint: 'no file was removed, but the session is out of the lists: u',
  })
  expect(own.filter(file => existsSync(file))).toEqual(own)
})

test('refuses before anything is kept of it what became a link since it was looked at', async () => {
  const { place, own, main, plan } = aFarm()
  const doomed = await plan()
  const elsewhere = path.join(place.folder, 'elsewhere.jsonl')
  renameSync(main, elsewhere)
  symlinkSync(elsewhere, main)

  const recorded = withLedger(place, { threads: 1 }, ledger => recordDoomed(ledger, doomed ? [doomed] : []))

  await expect(recorded).rejects.toMatchObject({ hint: expect.stringContaining('nothing was removed') })
  expect(own.filter(file => existsSync(file))).toEqual(own)
})

test('refuses a session that was written to a moment ago, or that its tool is at work in', async () => {
  const { root, main, place, plan } = aFarm()

  const justNow = new Date(place.now() - 5000)
  utimesSync(main, justNow, justNow)
  const recent = plan()
  await expect(recent).rejects.toThrow('was written to a moment ago')
  utimesSync(main, old, old)
  mkdirSync(path.join(root, 'sessions'))
  writeFileSync(path.join(root, 'sessions', '1.json'), JSON.stringify({ sessionId: gate, pid: process.pid }))
  await expect(plan()).rejects.toThrow('is going on just now')
  // No process has that number.
  writeFileSync(path.join(root, 'sessions', '1.json'), JSON.stringify({ sessionId: gate, pid: 2 ** 30 }))

  expect(await plan()).toMatchObject({ sessionId: gate })
})

test('never goes behind a link: a project elsewhere, a transcript that is a link, a link in its folder', async () => {
  const { place, own, main, project, erase, plan } = aFarm()
  const elsewhere = path.join(place.folder, 'elsewhere')
  mkdirSync(elsewhere)
  const precious = path.join(elsewhere, 'precious.txt')
  writeFileSync(precious, 'keep me')

  symlinkSync(elsewhere, path.join(project, gate, 'link'))
  await erase()
  const link = path.join(project, `${uuidOf(3)}.jsonl`)
  const file = path.join(elsewhere, 'other.jsonl')
  writeFileSync(file, `${JSON.stringify(userLine(uuidOf(3), 'hi'))}\n`)
  utimesSync(file, old, old)
  symlinkSync(file, link)
  await expect(plan(uuidOf(3))).rejects.toThrow('behind a link')
  renameSync(project, path.join(elsewhere, 'project'))
  symlinkSync(path.join(elsewhere, 'project'), project)
  await expect(plan(barn)).rejects.toThrow('behind a link')

  expect(existsSync(main)).toBe(false)
  expect(existsSync(precious)).toBe(true)
  expect(existsSync(file)).toBe(true)
  expect(own.slice(1, 4).filter(name => existsSync(name))).toEqual([])
})

test('keeps a transcript of which nothing can be read', async () => {
  const { place, root, project } = aFarm()
  const file = path.join(project, `${uuidOf(4)}.jsonl`)
  writeFileSync(file, 'no line of JSON\n')
  utimesSync(file, old, old)
  const doomed = await planErasing([root], uuidOf(4), place.now())

  const recorded = withLedger(place, { threads: 1 }, ledger => recordDoomed(ledger, doomed ? [doomed] : []))

  await expect(recorded).rejects.toThrow('nothing can be read')
  expect(existsSync(file)).toBe(true)
})
