import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Graft, planAddition, planRemoval } from '../../src/setup/add-text.ts'
import { textFile } from '../../src/setup/text-file.ts'
import { makeHome } from '../support/home.ts'

const ours = 'ours\n'
const what = { title: 'a line' }

/** A line of ours at the end of a file. */
function lineIn(file: string, line = ours): Graft {
  return {
    part: 'usage doc',
    place: textFile(file),
    add: text => `${(text ?? '').replace(/ours.*\n/, '')}${line}`,
    remove: text => text.replace(/ours.*\n/, '') || undefined,
  }
}

function places() {
  const { folder } = makeHome()
  const record = path.join(folder, 'data/setup.json')
  const file = path.join(folder, 'dotfiles/text.md')
  mkdirSync(path.dirname(file), { recursive: true })
  return { folder, record, file }
}

async function run(step: ReturnType<typeof planAddition>): Promise<void> {
  await (await step)?.run?.()
}

test('what was added is taken out again to the byte, with the mode it had', async () => {
  const { record, file } = places()
  // The part's own removal would lose the first line.
  writeFileSync(file, '\ufeffours too\r\nmine')
  chmodSync(file, 0o640)

  await run(planAddition(record, lineIn(file), what))
  const between = readFileSync(file, 'utf8')
  await run(planRemoval(record, lineIn(file), what))

  expect(between).toContain(ours)
  expect(readFileSync(file, 'utf8')).toBe('\ufeffours too\r\nmine')
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect(existsSync(record)).toBe(false)
  expect(readdirSync(path.dirname(record))).toEqual([])
})

test('what somebody else wrote in between stays', async () => {
  const { record, file } = places()
  writeFileSync(file, 'mine\n')
  await run(planAddition(record, lineIn(file), what))
  writeFileSync(file, `${readFileSync(file, 'utf8')}later\n`)
  await run(planAddition(record, lineIn(file, 'ours, newer\n'), what))

  await run(planRemoval(record, lineIn(file), what))

  expect(readFileSync(file, 'utf8')).toBe('mine\nlater\n')
})

test('a second time there is nothing to do', async () => {
  const { record, file } = places()
  await run(planAddition(record, lineIn(file), what))

  const again = await planAddition(record, lineIn(file), what)

  expect(again).toBeUndefined()
})

test('a file and folders that were not there are gone afterwards', async () => {
  const { record, folder } = places()
  const file = path.join(folder, 'new/deep/text.md')

  await run(planAddition(record, lineIn(file), what))
  const was = statSync(file).mode & 0o777
  await run(planRemoval(record, lineIn(file), what))

  expect(was).toBe(0o600)
  expect(existsSync(path.join(folder, 'new'))).toBe(false)
})

test('a link stays a link, also one to a file that is not there yet', async () => {
  const { record, folder, file } = places()
  const link = path.join(folder, 'link.md')
  symlinkSync('dotfiles/text.md', link)

  await run(planAddition(record, lineIn(link), what))

  expect(readFileSync(file, 'utf8')).toBe(ours)
  expect(readFileSync(link, 'utf8')).toBe(ours)
})

test('killed between the record and the text, both commands can be run again', async () => {
  const { record, file } = places()
  writeFileSync(file, 'mine\n')
  const killed = (graft: Graft): Graft => ({
    ...graft,
    place: { ...graft.place, write: () => Promise.reject(new Error('killed')) },
  })
  await run(planAddition(record, killed(lineIn(file)), what)).catch(() => undefined)
  const afterKill = readFileSync(record, 'utf8')

  await run(planAddition(record, lineIn(file), what))
  const added = readFileSync(file, 'utf8')
  await run(planRemoval(record, killed(lineIn(file)), what)).catch(() => undefined)
  await run(planRemoval(record, lineIn(file), what))

  expect(afterKill).toContain('after')
  expect(added).toBe('mine\nours\n')
  expect(readFileSync(file, 'utf8')).toBe('mine\n')
  expect(existsSync(record)).toBe(false)
})

test('a text that changed since it was read is left alone', async () => {
  const { record, file } = places()
  writeFileSync(file, 'mine\n')
  const step = await planAddition(record, lineIn(file), what)
  writeFileSync(file, 'newer\n')

  const running = step?.run?.()

  await expect(running).rejects.toThrow('changed by somebody else')
  expect(readFileSync(file, 'utf8')).toBe('newer\n')
})

test('what is no UTF-8 is refused', async () => {
  const { record, file } = places()
  writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]))

  const planning = planAddition(record, lineIn(file), what)

  await expect(planning).rejects.toThrow('not UTF-8')
})

test('what is replaced comes back where somebody else wrote in between', async () => {
  const { record, file } = places()
  const replacing = (line: string): Graft => ({
    ...lineIn(file, line),
    add: text => `${(text ?? '').replace('theirs\n', '').replace(/ours.*\n/, '')}${line}`,
    remove: (text, before) => text.replace(/ours.*\n/, before?.includes('theirs') ? 'theirs\n' : ''),
  })
  writeFileSync(file, 'theirs\n')
  await run(planAddition(record, replacing(ours), what))
  appendFileSync(file, 'later\n')
  await run(planAddition(record, replacing('ours, newer\n'), what))
  appendFileSync(file, 'last\n')

  await run(planRemoval(record, replacing(ours), what))

  expect(readFileSync(file, 'utf8')).toBe('later\ntheirs\nlast\n')
})

test('the edits of others are no reason to write again', async () => {
  const { record, file } = places()
  await run(planAddition(record, lineIn(file), what))
  writeFileSync(file, `later\n${ours}`)

  const again = await planAddition(record, lineIn(file), what)

  expect(again).toBeUndefined()
})

test('killed while the text was written, what is left of that goes with the next command', async () => {
  const { record, file } = places()
  writeFileSync(file, 'mine\n')
  const left = ['.text.md.0123456789ab.csl', '.text.md.of-mine.csl'].map(name =>
    path.join(path.dirname(file), name),
  )
  const leave = () => {
    for (const name of left) writeFileSync(name, 'half')
  }
  leave()
  await run(planAddition(record, lineIn(file), what))
  const afterAdding = left.map(name => existsSync(name))
  leave()

  await run(planRemoval(record, lineIn(file), what))

  expect([afterAdding, left.map(name => existsSync(name))]).toEqual([
    [false, true],
    [false, true],
  ])
})

test('killed before the text was written, it is left as it was to the byte', async () => {
  const { record, file } = places()
  // The part's own removal would lose the first line.
  writeFileSync(file, 'ours too\nmine')
  const killed = {
    ...lineIn(file),
    place: { ...textFile(file), write: () => Promise.reject(new Error('killed')) },
  }
  const marked: Graft = {
    ...killed,
    remove: text => (text.endsWith(ours) ? text.slice(0, -ours.length) : text),
  }
  await run(planAddition(record, marked, what)).catch(() => undefined)

  await run(planRemoval(record, lineIn(file), what))

  expect(readFileSync(file, 'utf8')).toBe('ours too\nmine')
  expect(existsSync(record)).toBe(false)
})

test('a link into a folder that is not there is refused before anything is written', async () => {
  const { record, folder } = places()
  const link = path.join(folder, 'link.md')
  symlinkSync('not-mounted/text.md', link)

  const planning = planAddition(record, lineIn(link), what)

  await expect(planning).rejects.toThrow('not-mounted, which is not there')
  expect(existsSync(record)).toBe(false)
})
