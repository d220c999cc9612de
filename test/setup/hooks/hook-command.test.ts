import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { hookCommands, type Installed, ownerOf } from '../../../src/setup/hooks/hook-command.ts'
import { makeHome } from '../../support/home.ts'

const installed: Installed = {
  shim: "/data/it's mine/hook.sh",
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/claude-session-logger/dist/main.mjs',
  platform: 'linux',
}
const owner = (command: string, args?: string[]) => ownerOf({ command, args }, installed)

test.each([
  ...Object.values(hookCommands(installed)),
  ...Object.values(hookCommands({ ...installed, platform: 'win32' })),
  "'/home/ada/.claude/claude-session-logger/hook.sh'",
  '~/.claude/claude-session-logger/hook.sh recent --hook',
  '"$HOME/.claude/claude-session-logger/hook.sh" record 2>/dev/null || true',
  'sh /home/ada/.claude/claude-session-logger/hook.sh record',
  'csl record --no-sync',
  '/usr/local/bin/claude-session-logger recent --hook',
  'csl inbox --count --hook',
  'node /opt/claude-session-logger/dist/main.mjs record',
])('ours: %s', command => {
  expect(owner(command)).toBe('ours')
})

test.each([
  'python3 -m claude_session_logger.cli log',
  '/usr/bin/python3.12 -m claude_session_logger.memory pull --quiet >/dev/null 2>&1',
  '"/home/ada/my venv/bin/python" -mclaude_session_logger.hive',
  'cd ~/tools && PYTHONPATH=src python -m claude_session_logger.cli log || true',
  'python3 ~/src/claude_session_logger/cli.py log',
])('the older tool’s: %s', command => {
  expect(owner(command)).toBe('older tool')
})

test.each([
  '',
  'true',
  'csl',
  'csl sync',
  'csl start-context',
  'csl record; notify-send recorded',
  'python3 -m claude_session_logger.cli log; csl record',
  'python3 -m claude_session_logger.cli log && git push',
  'python3 -m claude_session_loggers.cli',
  'echo claude-session-logger/hook.sh',
  '/opt/other/hook.sh record',
  'node main.mjs record',
  '$(csl record)',
])('others’: %s', command => {
  expect(owner(command)).toBe('others')
})

test('with arguments of its own no shell reads the command', () => {
  expect(owner(installed.shim, ['record'])).toBe('ours')
  expect(owner('csl record', ['x'])).toBe('others')
})

test('a shell finds the script in a folder of any name, with its words', () => {
  const { folder } = makeHome()
  const shim = path.join(folder, `it's "$HOME" \`x\` ü/hook.sh`)
  mkdirSync(path.dirname(shim))
  writeFileSync(shim, '#!/bin/sh\necho "called: $*"\n', { mode: 0o700 })
  const commands = hookCommands({ ...installed, shim })

  const run = (command: string) => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })

  expect(run(commands.SessionStart)).toBe('called: start\n')
  expect(run(commands.SessionEnd)).toBe('called: record --no-sync\ncalled: kick\n')
})
