import { expect, test } from 'vitest'
import { hookCommands, type Installed } from '../../../src/setup/hooks/hook-command.ts'
import { addHooks } from '../../../src/setup/hooks/hooks-text.ts'
import { inspectHooks } from '../../../src/setup/hooks/inspect-hooks.ts'

const installed: Installed = {
  shim: '/data/claude-session-logger/hook.sh',
  node: '/usr/bin/node',
  main: '/opt/claude-session-logger/dist/main.mjs',
  platform: 'linux',
}
const commands = hookCommands(installed)
const inspect = (text: string | undefined) => inspectHooks(text, installed, 'settings.json')
const withHooks = (hooks: object) => JSON.stringify({ hooks })
const right = { type: 'command', command: commands.SessionEnd, timeout: 10 }

test('no settings, and settings without hooks, miss both', () => {
  for (const text of [undefined, '', '{}', '{"hooks": {"SessionEnd": []}}']) {
    expect(inspect(text)).toEqual({
      events: {
        SessionStart: { state: 'missing', commands: [] },
        SessionEnd: { state: 'missing', commands: [] },
      },
      olderTool: [],
      mixed: [],
      others: 0,
      isDisabled: false,
      notJson: undefined,
    })
  }
})

test('what setup writes is right, whatever the settings are', () => {
  for (const text of [undefined, '', '{}', '{"hooks":{}}', '{"hooks":{"SessionEnd":[]}}', '{"model":"x"}']) {
    const { events } = inspect(addHooks(text, installed, 'settings.json'))
    expect([events.SessionStart.state, events.SessionEnd.state]).toEqual(['right', 'right'])
  }
})

test.each([
  ['right', 'more time', [{ hooks: [{ ...right, timeout: 60 }] }]],
  [
    'right',
    'a matcher for all, beside others',
    [{ matcher: '*', hooks: [{ type: 'command', command: 'x' }, right] }],
  ],
  ['other', 'too little time', [{ hooks: [{ ...right, timeout: 1 }] }]],
  ['other', 'no time', [{ hooks: [{ type: 'command', command: right.command }] }]],
  ['other', 'a matcher', [{ matcher: 'clear', hooks: [right] }]],
  ['other', 'another word', [{ hooks: [{ ...right, async: true }] }]],
  ['other', 'another command', [{ hooks: [{ ...right, command: 'csl record' }] }]],
  ['other', 'twice', [{ hooks: [right] }, { hooks: [right] }]],
  ['missing', 'an unknown form', [{ hook: [right] }, right, 'x', { hooks: right }]],
])('%s: a hook with %s', (state, _, list) => {
  expect(inspect(withHooks({ SessionEnd: list })).events.SessionEnd.state).toBe(state)
})

test('of doubled keys the last is read', () => {
  const text = addHooks('{}', installed, 'settings.json').replace(/\n}$/, ',\n"hooks": {}}')

  expect(inspect(text).events.SessionEnd.state).toBe('other')
})

test('hooks of others are counted; those that call us or the older tool besides are named', () => {
  const mixed = [
    `${commands.SessionStart}; notify-send hi`,
    'git pull; python3 -m claude_session_logger.cli log',
  ]
  const entries = ['notify-send', ...mixed, 'python3 -m claude_session_logger.hive'].map(command => ({
    command,
  }))

  const found = inspect(withHooks({ Stop: [{ hooks: entries }] }))

  expect(found).toMatchObject({ others: 3, mixed, olderTool: ['python3 -m claude_session_logger.hive'] })
})

test('switched off is said', () => {
  expect(inspect('{"disableAllHooks": true}').isDisabled).toBe(true)
  expect(inspect('{"disableAllHooks": "true"}').isDisabled).toBe(false)
})

test.each([
  ['{\n  "a": 1, // so\n}', 'line 2, column 11: a comment'],
  ['{\n  "a": [1, 2,]\n}', 'line 2, column 13: a comma behind the last value'],
  ['\ufeff{"a": {"b": ",]"}}', undefined],
])('what Claude Code may not read is said: %j', (text, what) => {
  expect(inspect(text).notJson).toBe(what)
})
