import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { planUsageDoc, planUsageDocRemoval } from '../../../src/setup/agents/usage-doc.ts'
import { makeHome, packageFolder } from '../../support/home.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'

const line = '@~/.claude/claude-session-logger.md'

function aRoot(instructions?: string) {
  const home = makeHome()
  mkdirSync(home.claudeRoot)
  const file = path.join(home.claudeRoot, 'CLAUDE.md')
  const doc = path.join(home.claudeRoot, 'claude-session-logger.md')
  if (instructions !== undefined) writeFileSync(file, instructions)
  const text = () => readFileSync(file, 'utf8')
  return { home, place: aPlace(home, ''), file, doc, text }
}

test('agents are told what the skill says, at no cost for who wrote it', async () => {
  const { place, doc, file } = aRoot()

  const steps = await runAll(planUsageDoc(place))

  const skill = readFileSync(path.join(packageFolder, 'plugin/skills/logbook/SKILL.md'), 'utf8')
  const [mark = '', ...rest] = readFileSync(doc, 'utf8').split('\n')
  expect(skill.endsWith(rest.join('\n').trimStart())).toBe(true)
  expect(rest.join('\n')).toContain('# Logbook')
  expect(mark).toMatch(/^<!-- .* -->$/)
  expect(readFileSync(file, 'utf8')).toBe(`${line}\n`)
  expect(steps.map(step => step.title)).toEqual([`how agents use csl, in ${doc}`, `its import in ${file}`])
  expect(await planUsageDoc(place)).toEqual([])
})

describe('instructions that a person has', () => {
  test.each(['# Mine\n', '# Mine', '\ufeff# Mine\r\nBe brief.\r\n', '```\nopen', '', 'é\n\n\n'])(
    'are the same to the byte afterwards: %j',
    async before => {
      const { place, doc, text } = aRoot(before)

      await runAll(planUsageDoc(place))
      const between = text()
      await runAll(planUsageDocRemoval(place))

      expect(between).toContain(line)
      expect(text()).toBe(before)
      expect(existsSync(doc)).toBe(false)
      expect(existsSync(place.paths.setupRecord)).toBe(false)
      expect(await planUsageDocRemoval(place)).toEqual([])
    },
  )

  test('are gone where there were none', async () => {
    const { place, file } = aRoot()

    await runAll(planUsageDoc(place))
    await runAll(planUsageDocRemoval(place))

    expect(existsSync(file)).toBe(false)
  })

  test('keep what was written in between, and the older text without a last end of line', async () => {
    const { place, file, text } = aRoot('# Mine')
    await runAll(planUsageDoc(place))
    writeFileSync(file, `Before\n${text()}`)

    await runAll(planUsageDocRemoval(place))

    expect(text()).toBe('Before\n# Mine')
  })

  test('that import the file already stay as they are, also at the end', async () => {
    const { place, text } = aRoot('See @claude-session-logger.md\n')

    const steps = await runAll(planUsageDoc(place))
    await runAll(planUsageDocRemoval(place))

    expect(steps).toHaveLength(1)
    expect(text()).toBe('See @claude-session-logger.md\n')
  })

  test('in which the person silenced our line are left alone', async () => {
    const { place, file, text } = aRoot('# Mine\n')
    await runAll(planUsageDoc(place))
    writeFileSync(file, text().replace(line, `<!-- ${line} -->`))

    const again = await planUsageDoc(place)

    expect(again).toEqual([])
  })

  test('that show the line in a comment, where we never were, get it', async () => {
    const { place, text } = aRoot(`<!-- ${line} -->\n`)

    await runAll(planUsageDoc(place))

    expect(text()).toBe(`<!-- ${line} -->\n${line}\n`)
  })

  test('that are a link into a folder of dotfiles stay one', async () => {
    const { home, place, file } = aRoot()
    const target = path.join(home.folder, 'dotfiles/CLAUDE.md')
    mkdirSync(path.dirname(target))
    writeFileSync(target, '# Mine\n')
    symlinkSync('../dotfiles/CLAUDE.md', file)

    await runAll(planUsageDoc(place))
    const between = readFileSync(target, 'utf8')
    await runAll(planUsageDocRemoval(place))

    expect(between).toBe(`# Mine\n${line}\n`)
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('# Mine\n')
  })

  test('that cannot be read are said before anything is written', async () => {
    const { place, file, doc } = aRoot()
    mkdirSync(file)

    await expect(planUsageDoc(place)).rejects.toThrow(`cannot read ${file}`)
    expect(existsSync(doc)).toBe(false)
  })
})

test('a file of that name that was there, the older tool’s, is named, replaced and brought back', async () => {
  const { place, doc, text } = aRoot('# Mine\n@claude-session-logger.md\n')
  writeFileSync(doc, '# Use python3 -m claude_session_logger.cli\n')

  const [step] = await runAll(planUsageDoc(place))
  const between = readFileSync(doc, 'utf8')
  await runAll(planUsageDocRemoval(place))

  expect(step?.details?.join()).toContain('replaces what stands there')
  expect(between).toContain('# Logbook')
  expect(readFileSync(doc, 'utf8')).toBe('# Use python3 -m claude_session_logger.cli\n')
  expect(text()).toBe('# Mine\n@claude-session-logger.md\n')
})

test('a file of an earlier version is brought up to date', async () => {
  const { place, doc } = aRoot()
  await runAll(planUsageDoc(place))
  const now = readFileSync(doc, 'utf8')
  writeFileSync(doc, now.replace('# Logbook', '# Old'))

  await runAll(planUsageDoc(place))

  expect(readFileSync(doc, 'utf8')).toBe(now)
})

test('without the record, what says that it is ours goes, with its import', async () => {
  const { place, doc, text } = aRoot('# Mine\n')
  await runAll(planUsageDoc(place))
  writeFileSync(place.paths.setupRecord, '{"version":1,"additions":{}}')

  await runAll(planUsageDocRemoval(place))

  expect(existsSync(doc)).toBe(false)
  expect(text()).toBe('# Mine\n')
})
