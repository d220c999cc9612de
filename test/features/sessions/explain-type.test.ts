import { describe, expect, test } from 'vitest'
import { countTypes, explainType } from '../../../src/features/sessions/explain-type.ts'
import { assistantLine, userLine, uuidOf } from '../../support/lines.ts'
import { withRecorded } from '../../support/recorded.ts'

const skilled = uuidOf(0xe1)
const plain = uuidOf(0xe2)
const transcripts = {
  [`${skilled}.jsonl`]: [
    assistantLine(skilled, {
      content: [{ type: 'tool_use', id: 't', name: 'Skill', input: { skill: 'garden:deep-research' } }],
    }),
  ],
  [`${plain}.jsonl`]: [userLine(plain, 'hello', { cwd: '/home/dev/barn' })],
}

describe('why a session has its type', () => {
  test('is the rule whose word fits a skill', async () => {
    await withRecorded(transcripts, async ({ db, settings }) => {
      const explained = await explainType(db, settings.rules, skilled)

      expect(explained).toMatchObject({
        type: 'research',
        matched: 'deep-research',
        where: 'skill',
        ruleNumber: 3,
        skills: ['garden:deep-research'],
      })
    })
  })

  test('is the rule of a person whose word fits the path, asked first', async () => {
    await withRecorded(transcripts, async ({ db, settings }) => {
      const own = { type: 'farm', skills: [], path: ['barn'], origin: 'user' } as const

      const explained = await explainType(db, [own, ...settings.rules], plain)

      expect(explained).toMatchObject({
        type: 'farm',
        rule: own,
        where: 'path',
        ruleNumber: 1,
        cwd: '/home/dev/barn',
      })
    })
  })

  test('is that no rule fits', async () => {
    await withRecorded(transcripts, async ({ db, settings }) => {
      const explained = await explainType(db, settings.rules, plain)

      expect(explained).toMatchObject({ type: 'general', rule: null, ruleNumber: null, matched: null })
    })
  })
})

test('types are counted, the most common first', async () => {
  const third = uuidOf(0xe3)

  await withRecorded({ ...transcripts, [`${third}.jsonl`]: [userLine(third, 'hi')] }, async ({ db }) => {
    expect(await countTypes(db)).toEqual([
      { type: 'general', sessions: 2 },
      { type: 'research', sessions: 1 },
    ])
  })
})
