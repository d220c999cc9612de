import { describe, expect, test } from 'vitest'
import { prompt, viewedId } from '../support/conversations.ts'
import { makeHome } from '../support/home.ts'

describe('words that csl does not know', () => {
  test.each([
    [['usage', '--nonsense'], 'csl usage --help'],
    [['--debug', 'session'], 'csl session --help'],
    [['sql', 'SELECT 1', 'SELECT 2'], 'csl sql --help'],
    [['sessions', '--limit'], 'csl sessions --help'],
    [['record', '--nonsense', '--transcript', 'x'], 'csl record --help'],
    [['nonsense'], 'csl --help'],
    [['--nonsense', 'usage'], 'csl --help'],
  ])('%j: the hint leads to the help that lists the right ones', async (args, help) => {
    const { stdout, stderr, code } = await makeHome().csl(args)

    const [what, hint] = stderr.split('\n')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(what).toMatch(/^csl: ./)
    expect(hint).toBe(`     see: ${help}`)
    expect((await makeHome().csl(help.split(' ').slice(1))).code).toBe(0)
  })
})

test('csl alone lists the sessions where nobody can be shown a screen', async () => {
  const home = makeHome()
  const nothing = await home.csl([])
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [prompt('Plant trees')])
  await home.csl(['backfill'])

  const alone = await home.csl(['--local'])
  const sessions = await home.csl(['sessions'])

  expect(nothing).toMatchObject({ code: 0, stdout: 'Nothing is recorded yet. Start with: csl backfill\n' })
  expect(alone.stdout).toContain('Plant trees')
  expect(alone).toEqual(sessions)
})
