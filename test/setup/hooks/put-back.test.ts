import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { expect, test } from 'vitest'
import { groupText } from '../../../src/setup/hooks/entry-form.ts'
import type { Installed } from '../../../src/setup/hooks/hook-command.ts'
import { addHooks, removeHooks } from '../../../src/setup/hooks/hooks-text.ts'
import { putIn } from '../../../src/setup/hooks/put-in.ts'
import { parseSettings } from '../../../src/setup/hooks/settings-text.ts'
import { editable, settingsSample } from '../../support/settings-texts.ts'

// The older Python tool's hooks: gone while ours are there, back to the byte afterwards.

const installed: Installed = {
  shim: '/home/ada/.claude/claude-session-logger/hook.sh',
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/claude-session-logger/dist/main.mjs',
  platform: 'linux',
}
const file = 'settings.json'
const add = (text: string) => addHooks(text, installed, file)

const olderCommands = [
  'python3 -m claude_session_logger.cli log --sync',
  '/home/ada/.venv/bin/python -m claude_session_logger.memory pull >> /tmp/log 2>&1 || true',
  "cd '/home/ada/my tools' && PYTHONPATH=. python3.12 -m claude_session_logger.hive",
  `bash -lc "python3 ~/tools/claude_session_logger/cli.py record"`,
]

const byHand = `{
\t"hooks": {
\t\t"SessionEnd": [ // both
\t\t\t{ "matcher": "", "hooks": [ { "type": "command", "command": "notify-send" },
\t\t\t\t{ "type": "command", "command": "python3 -m claude_session_logger.cli log", "timeout": 30 }, /* older */ ] },
\t\t],
\t\t"SessionStart": [ { "hooks": [ { "type": "command", "command": "python3 -m claude_session_logger.memory pull" } ] } ],
\t\t"PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "python3 -m claude_session_logger.cli touch" }] }]
\t},
\t"model": "opus", "env": { "A": "1" },
}
`

test('hooks of the older tool go as ours come, and are back to the byte as ours go', () => {
  const text = add(byHand)

  expect(text).not.toContain('claude_session_logger')
  expect(text).toContain('notify-send')
  expect(text).toContain('/* older */')
  expect(removeHooks(text, installed, file, byHand)).toBe(byHand)
  expect(removeHooks(text, installed, file)).not.toContain('claude_session_logger')
})

test('those that come back beside ours go again', () => {
  const both = add('{"hooks": {"Stop": []}}').replace(
    '"Stop": []',
    `"Stop": [{ "hooks": [{ "type": "command", "command": "${olderCommands[0]}" }] }]`,
  )

  expect(both).toContain('claude_session_logger')
  expect(add(both)).not.toContain('claude_session_logger')
})

test('so they are in any settings file, with what its owner edited in between', () => {
  const events = fc.uniqueArray(fc.constantFrom('SessionStart', 'SessionEnd', 'PostToolUse', 'Stop'), {
    minLength: 1,
  })
  const words = fc.array(fc.constantFrom('"b"', '{ "c": [1, 2] }', '/* why */ 1', '""'), { minLength: 1 })
  const commands = fc.array(fc.constantFrom(...olderCommands), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(settingsSample, events, commands, words, ({ text }, into, older, edits) => {
      const before = older.reduce((done, command) => {
        const group = groupText(command, 'hooks').replace('"hooks"', '"matcher": "", "hooks"')
        return putIn(parseSettings(done, file), file, into, () => group)
      }, text)
      const edit = (one: string) => {
        let n = 0
        return one.replace(editable, found => edits[n++ % edits.length] ?? found)
      }

      const now = add(before)
      const left = removeHooks(edit(now), installed, file, before) ?? ''

      expect(now).not.toContain('claude_session_logger')
      expect(removeHooks(now, installed, file, before)).toBe(before)
      if ((before.match(editable) ?? []).length < 2) expect(left).toBe(edit(before))
      // Where much was edited at once they may stand elsewhere, but they are there, and all else is.
      expect(withoutEmptyLists(add(left))).toEqual(withoutEmptyLists(add(edit(before))))
      expect(countOf(left)).toBe(countOf(before))
    }),
    { numRuns: Number(process.env.CSL_TEST_RUNS ?? 500) },
  )
})

/** What a reader gets of a settings file; an event with an empty list is one without. */
function withoutEmptyLists(text: string): unknown {
  const { hooks, ...others } = parse(text.replace('\ufeff', ''), [], { allowTrailingComma: true })
  const events = Object.entries<unknown[]>(hooks).filter(([, list]) => list.length > 0)
  return { ...others, hooks: Object.fromEntries(events) }
}

function countOf(text: string): number {
  return text.split('claude_session_logger').length
}

test('where all round them was written anew they are back in groups of their own, with their matchers', () => {
  const rewritten = JSON.stringify({ model: 'sonnet', hooks: { SessionEnd: [{ hooks: [] }] } })

  const text = removeHooks(add(rewritten), installed, file, byHand) ?? ''

  const group = (matcher: object, command: string, more: object = {}) => ({
    ...matcher,
    hooks: [{ type: 'command', command, ...more }],
  })
  expect(JSON.parse(text)).toEqual({
    model: 'sonnet',
    hooks: {
      SessionEnd: [
        { hooks: [] },
        group({ matcher: '' }, 'python3 -m claude_session_logger.cli log', { timeout: 30 }),
      ],
      SessionStart: [group({}, 'python3 -m claude_session_logger.memory pull')],
      PostToolUse: [group({ matcher: 'Write' }, 'python3 -m claude_session_logger.cli touch')],
    },
  })
})
