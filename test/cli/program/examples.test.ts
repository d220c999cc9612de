import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { shellCommands } from '../../../src/base/shell-words.ts'
import type { Context } from '../../../src/cli/context.ts'
import { examples } from '../../../src/cli/program/examples.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { makeHome } from '../../support/home.ts'

/** All commands that help shows, by their words. */
function commandsOf(command: Command, path: readonly string[] = []): Map<string, Command> {
  const found = new Map<string, Command>()
  for (const child of command.createHelp().visibleCommands(command)) {
    if (child.name() === 'help') continue
    const words = [...path, child.name()]
    if (child.commands.length > 0) for (const [name, sub] of commandsOf(child, words)) found.set(name, sub)
    else found.set(words.join(' '), child)
  }
  return found
}

const anyProgram = () =>
  createProgram({} as Context, { writeOut: () => undefined, writeErr: () => undefined })

test('every command that help shows has one to three examples, and no other has', () => {
  expect(Object.keys(examples).sort()).toEqual([...commandsOf(anyProgram()).keys()].sort())
  for (const lines of Object.values(examples)) expect([1, 2, 3]).toContain(lines.length)
})

/** What csl is given in a line of a shell. */
function wordsOf(line: string): readonly string[] {
  const inner = /\$\((csl [^)]*)\)/.exec(line)?.[1] ?? /^[^#]*/.exec(line)?.[0] ?? ''
  const last = inner.split('|').find(part => part.includes('csl ')) ?? ''
  const [words = []] = shellCommands(last.replace(/>.*/, '').trim()) ?? []
  return words.slice(words.indexOf('csl') + 1)
}

test.each(Object.entries(examples).flatMap(([name, lines]) => lines.map(line => [name, line] as const)))(
  'of %s: %s is understood as it stands',
  async (name, line) => {
    const program = anyProgram()
    const called: string[] = []
    for (const [path, command] of commandsOf(program)) command.action(() => void called.push(path))

    await program.parseAsync([...wordsOf(line)], { from: 'user' })

    expect(called).toEqual([name])
  },
)

test('the help of a command ends with its examples, by whatever way it is asked for', async () => {
  const home = makeHome()

  const [first, ...others] = await Promise.all(
    [
      ['remote', 'add', '--help'],
      ['help', 'remote', 'add'],
      ['remote', 'help', 'add'],
    ].map(words => home.csl(words)),
  )

  expect(first?.stdout).toMatch(/\nExamples:\n {2}csl remote add mine md: .*\n {2}csl remote add team .*\n$/)
  for (const other of others) expect(other).toEqual(first)
  expect((await home.csl(['help', 'compact'])).stdout).toMatch(/\nExample:\n {2}csl compact\n$/)
})

test('the version names that of DuckDB', async () => {
  const run = await makeHome().csl(['--version'])

  expect(run).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+ \(DuckDB 1\.5\.6\)\n$/),
  })
})
