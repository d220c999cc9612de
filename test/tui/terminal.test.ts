import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeHome } from '../support/home.ts'
import { keys, openTerminal } from '../support/terminal.ts'

describe('csl on a terminal', () => {
  test('opens the menu on a screen of its own and leaves the terminal as it was', async () => {
    const run = openTerminal(makeHome(), [])

    const menu = await run.shows('inbox empty')
    expect(run.isRestored()).toBe(false)
    run.type('2')
    await run.sheds('1 Resume a session')
    run.type(keys.escape)
    await run.shows('1 Resume a session')
    run.type('q')
    const code = await run.ended()

    expect(menu).toMatch(
      /^claude-session-logger\ntoday 0 tokens · \$0\.00 · 0 sessions in all · inbox empty · never synced/,
    )
    expect(code).toBe(0)
    expect(run.isRestored()).toBe(true)
    expect(run.screen()).toBe('')
  })

  test.each([
    ['Ctrl-C', (run: ReturnType<typeof openTerminal>) => run.type(keys.ctrlC)],
    ['SIGTERM', (run: ReturnType<typeof openTerminal>) => run.kill('SIGTERM')],
  ])('%s leaves it as it was, too', async (_, leave) => {
    const run = openTerminal(makeHome(), [])

    await run.shows('q Quit')
    leave(run)
    await run.ended()

    expect(run.isRestored()).toBe(true)
    // The cursor is seen again.
    expect(run.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(run.written().lastIndexOf('\x1b[?25l'))
  })

  test('an error that nobody caught leaves it as it was and is told, also where CI is set', async () => {
    const home = makeHome()
    const bomb = path.join(home.folder, 'bomb.mjs')
    writeFileSync(
      bomb,
      `process.stdin.on('data', text => { if (String(text) === 'B') throw new Error('boom') })`,
    )
    const run = openTerminal(home, [], { env: { CI: '1', NODE_OPTIONS: `--import=${bomb}` } })

    await run.shows('q Quit')
    run.type('B')
    const code = await run.ended()

    expect(code).toBe(1)
    expect(run.isRestored()).toBe(true)
    expect(run.screen()).toContain('Error: boom')
  })

  test('draws no screen on a terminal that can’t, but lists', async () => {
    const run = openTerminal(makeHome(), [], { env: { TERM: 'dumb' } })

    const shown = await run.shows('Nothing is recorded yet')
    const code = await run.ended()

    expect(code).toBe(0)
    expect(shown).not.toContain('q Quit')
    expect(run.written()).not.toContain('\x1b')
  })
})
