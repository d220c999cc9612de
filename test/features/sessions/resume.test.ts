import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { UserError } from '../../../src/base/errors.ts'
import { planResume, type Resumable, resumeLine, resumeText } from '../../../src/features/sessions/resume.ts'
import { makeHome } from '../../support/home.ts'
import { userLine, uuidOf } from '../../support/lines.ts'

const id = uuidOf(1)

function aSession(given: Partial<Resumable> = {}): Resumable {
  return {
    id,
    tool: 'claude-code',
    resumeCwd: '/home/dev/orchard',
    machine: 'laptop',
    machineId: 'machine-1',
    ...given,
  }
}

/** How it is refused here, where only the transcripts of the given sessions are. */
async function refusal(session: Resumable, transcripts: readonly string[] = []): Promise<string> {
  const home = makeHome()
  for (const name of transcripts) await home.writeTranscript('-p', `${name}.jsonl`, [userLine(name, 'hi')])
  const error = await planResume(session, { roots: [home.claudeRoot], machineId: 'machine-1' }).catch(
    (thrown: UserError) => thrown,
  )
  return 'hint' in error ? `${error.message} · ${error.hint}` : JSON.stringify(error)
}

describe('a session is continued', () => {
  test('in its own folder, where that and its transcript are here', async () => {
    const home = makeHome()
    const cwd = path.join(home.folder, 'söhne 漢字')
    mkdirSync(cwd)
    await home.writeTranscript('-p', `${id}.jsonl`, [userLine(id, 'hi')])

    const line = await planResume(aSession({ resumeCwd: cwd }), {
      roots: [home.claudeRoot],
      machineId: 'machine-2',
    })

    expect(line).toEqual({ command: 'claude', args: ['--resume', id], cwd })
  })

  test('nowhere else: says which machine it is on, and what to run there, whether its folder is known or not', async () => {
    const there = { machineId: 'machine-2', machine: 'lap\x1b[31mtop' }

    expect(await refusal(aSession(there))).toBe(
      `this session is on another machine: laptop · there, to run by hand: cd /home/dev/orchard && claude --resume ${id}`,
    )
    expect(await refusal(aSession({ ...there, resumeCwd: null }))).toBe(
      `this session is on another machine: laptop · there, to run by hand: csl resume ${id}`,
    )
  })

  test('not without its transcript or its folder, and says so', async () => {
    expect(await refusal(aSession())).toMatch(
      /^its transcript is gone, so it can’t be resumed · if it comes back/,
    )
    expect(await refusal(aSession({ resumeCwd: '/nowhere/at/all' }), [id])).toMatch(
      /^its folder is gone: \/nowhere\/at\/all · once the folder is there again, to run by hand: cd \/nowhere/,
    )
    expect(await refusal(aSession({ resumeCwd: null }), [id])).toContain(
      'its tool or its folder is not known',
    )
  })

  test.each(['-x', '--dangerously', 'x; rm -rf ~', '../../etc/passwd', `${id}\n--help`, ''])(
    'never by an id that its tool does not make: %j',
    async wrong => {
      expect(resumeLine(aSession({ id: wrong }))).toBe(null)
      expect(await refusal(aSession({ id: wrong }))).toContain("can't be resumed")
    },
  )
})

test.each(["/home/o'hara", '/a b/$(touch x)`y`', '-x', '/söhne/漢字 🍎', '/a"b\\c'])(
  'the line for a shell leads to the folder as it is named: %j',
  folder => {
    const home = makeHome()
    const named = path.join(home.folder, folder)
    mkdirSync(named, { recursive: true })
    const relative = folder.startsWith('-')
    const text = resumeText({ command: 'printf', args: ['%s', "it's"], cwd: relative ? folder : named })

    const said = execFileSync('/bin/sh', ['-c', `${text}; printf '|'; pwd`], {
      cwd: home.folder,
      encoding: 'utf8',
    })

    expect(said).toBe(`it's|${named}\n`)
  },
)
