import { expect, test } from 'vitest'
import { shellCommands } from '../../src/base/shell-words.ts'

test.each([
  [
    `'/a b/it'\\''s/hook.sh' record; "/x $HOME/hook.sh" kick`,
    [
      ["/a b/it's/hook.sh", 'record'],
      ['/x $HOME/hook.sh', 'kick'],
    ],
  ],
  [
    'cd ~/x && A=1 exec python3 -m tool >>~/log.txt 2>&1 || true',
    [['cd', '~/x'], ['python3', '-m', 'tool'], ['true']],
  ],
  [`bash -lc "nohup tool 'a b' &"`, [['tool', 'a b']]],
  ['a # and b; c\nd &', [['a'], ['d']]],
  ['a\\ b "c\\"d" \\$e', [['a b', 'c"d', '$e']]],
  [
    '"C:/Program Files/node.exe" "C:\\x\\main.mjs" record',
    [['C:/Program Files/node.exe', 'C:\\x\\main.mjs', 'record']],
  ],
  ['[ -f x ] && y &>/dev/null', [['[', '-f', 'x', ']'], ['y']]],
  ['a | b', [['a'], ['b']]],
  [' \n ', []],
  ['A=1', []],
])('%j is these commands', (line, commands) => {
  expect(shellCommands(line)).toEqual(commands)
})

test.each([
  'a $(b)',
  'a `b`',
  'a "$(b)"',
  '(a)',
  '{ a; }',
  'f() { a; }',
  'a <<END',
  "a 'b",
  'a "b',
  'sh -c "$(a)"',
  `a ${'x'.repeat(10_000)}`,
])('what %.20j does is not for us to say', line => {
  expect(shellCommands(line)).toBeUndefined()
})

test('a line that calls shells without end is given up', () => {
  const nested = Array.from({ length: 9 }).reduce((line: string) => `sh -c ${JSON.stringify(line)}`, 'a')

  expect(shellCommands(nested)).toBeUndefined()
})
