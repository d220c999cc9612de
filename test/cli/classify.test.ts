import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'

const skilled = uuidOf(0x81)
const plain = `b${uuidOf(0x82).slice(1)}`

async function homeWithTwo(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev', `${skilled}.jsonl`, [
    assistantLine(skilled, {
      content: [{ type: 'tool_use', id: 't', name: 'Skill', input: { skill: 'garden:writing-plans' } }],
    }),
  ])
  await home.writeTranscript('-home-dev', `${plain}.jsonl`, [userLine(plain, 'Sow the beans')])
  await home.csl(['backfill'])
  return home
}

function writeRules(home: Home, yaml: string): void {
  writeFileSync(path.join(home.dataFolder, 'session_types.yaml'), yaml)
}

describe('csl classify', () => {
  test('counts the types and the rules', async () => {
    const home = await homeWithTwo()

    const { stdout, code } = await home.csl(['classify'])

    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'Type      Sessions',
      '────────  ────────',
      'general          1',
      'planning         1',
    ])
    expect(stdout).toMatch(/\nRules: 0 of yours \(.*session_types\.yaml\), 4 built in\.\n$/)
    expect(code).toBe(0)
  })

  test('applies changed rules to all sessions', async () => {
    const home = await homeWithTwo()
    writeRules(home, 'rules:\n  - type: garden\n    skills: [garden]\n    path: [ORCHARD]\n')

    const { stdout } = await home.csl(['classify', '--json'])
    const usage = JSON.parse((await home.csl(['usage', 'type', '--json'])).stdout)

    expect(JSON.parse(stdout)).toMatchObject({
      types: [{ type: 'garden', sessions: 2 }],
      rules: [{ type: 'garden', skills: ['garden'], path: ['ORCHARD'], origin: 'user' }, {}, {}, {}, {}],
      problems: [],
    })
    expect(usage.rows.map((row: { key: string }) => row.key)).toEqual(['garden'])
  })

  test('names what is wrong with the rules and holds on to the built-in ones', async () => {
    const home = await homeWithTwo()
    writeRules(home, 'rules: [{ type: garden }]')

    const { stdout, code } = await home.csl(['classify'])

    expect(stdout).toMatch(
      /\nproblem: session_types\.yaml: rule 1 \(garden\) needs skills or path; the built-in rules hold\n$/,
    )
    expect(stdout).toContain('planning')
    expect(code).toBe(0)
  })

  test('tells which rule and word gave a session its type', async () => {
    const home = await homeWithTwo()

    const bySkill = await home.csl(['classify', '0000'])
    const byNothing = await home.csl(['classify', plain])
    writeRules(home, '- { type: garden, path: [orchard-API] }')
    const byPath = await home.csl(['classify', plain])

    expect(bySkill.stdout).toMatch(
      /^Type +planning\nBecause +"writing-plans" is part of the name of a skill\n/m,
    )
    expect(bySkill.stdout).toMatch(/^Rule +number 4, built in \(skills: writing-plans, executing-plans\)$/m)
    expect(byNothing.stdout).toMatch(/^Type +general\nBecause +no rule fits\n/m)
    expect(byPath.stdout).toMatch(
      /^Type +garden\nBecause +"orchard-API" is part of its path or project\nRule +number 1, yours /m,
    )
  })

  test('gives programs the same', async () => {
    const home = await homeWithTwo()

    const report = JSON.parse((await home.csl(['classify', skilled, '--json'])).stdout)

    expect(report).toMatchObject({
      id: skilled,
      type: 'planning',
      matched: 'writing-plans',
      where: 'skill',
      ruleNumber: 4,
      rule: { origin: 'built-in' },
      skills: ['garden:writing-plans'],
      project: 'orchard-api',
    })
  })

  test('fails for a session that is not there, and makes no database where there is none', async () => {
    const home = makeHome()

    const all = await home.csl(['classify'])
    const one = await home.csl(['classify', 'x'])

    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).toMatch(/^Nothing is recorded yet/)
    expect(one).toMatchObject({ code: 1, stdout: '' })
  })
})
