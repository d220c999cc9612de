import { expect, test } from 'vitest'
import { aMachine, creation } from '../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, expectAllTheSame, settle } from '../support/sync-rounds.ts'

const session = '11111111-1111-4111-8111-111111111111'
const hostile = 'a\u001ab\u001ec\u001fd'

test('what ends cells and rows on the way is not stored, so that text and its hash are the same everywhere', async () => {
  const hub = aFileRemote(aFile())
  const ana = aMachine(1, { remotes: [hub] })
  const bea = aMachine(2, { person: 1, remotes: [hub] })
  const lines = aSession(session, 2).map(line => ({
    ...line,
    gitBranch: hostile,
    version: hostile,
    cwd: `/${hostile}`,
  }))
  await ana.record(session, lines)
  await ana.say('e1', creation(hostile), { kind: 'note', value: hostile }, { kind: 'title', value: hostile })
  await ana.say('e1', { kind: 'session', value: hostile })

  await settle([ana, bea])

  await expectAllTheSame([ana, bea], hub.url)
  expect(await ana.read(`SELECT git_branch FROM session_facts`)).toEqual([{ gitBranch: 'abcd' }])
  expect(await ana.read(`SELECT value FROM changes WHERE kind = 'note'`)).toEqual([{ value: 'abcd' }])
  expect(await bea.read(`SELECT payload_hash FROM changes ORDER BY ALL`)).toEqual(
    await ana.read(`SELECT payload_hash FROM changes ORDER BY ALL`),
  )
})
