import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { prompt, viewedId } from '../support/conversations.ts'
import { type Home, makeHome } from '../support/home.ts'
import { holdLock } from '../support/lock.ts'
import { keys, openTerminal } from '../support/terminal.ts'

const screens = ['1', '2', '3']

/** Goes through all screens, and back to the menu from each. Answers what they showed. */
async function walk(home: Home, expected: RegExp, size: { columns: number; rows: number }) {
  const run = openTerminal(home, [], size)
  const shown = [await run.shows(/Quit/)]
  for (const key of screens) {
    run.type(key)
    await run.sheds('q Quit')
    shown.push(await run.shows(expected))
    // What these keys are for is not there.
    for (const other of key === '1' ? [keys.tab, 'o', 'r', 'x', 'y'] : [keys.enter, 't', 'b', 'x']) {
      run.type(other)
    }
    await run.shows(expected)
    run.type(keys.escape)
    await run.shows('q Quit')
  }
  run.type('q')
  const code = await run.ended()
  expect(code).toBe(0)
  expect(run.isRestored()).toBe(true)
  return shown
}

async function aHome(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [prompt('Plant trees')])
  await home.csl(['backfill'])
  return home
}

const usual = { columns: 80, rows: 24 }

describe('every screen says what is in the way, and goes on', () => {
  test('where nothing was ever recorded', async () => {
    const [, sessions, summary, notes] = await walk(
      makeHome(),
      /Nothing is recorded yet|Nothing was used|No entry fits/,
      usual,
    )

    expect(sessions).toContain('Start with: csl backfill')
    expect(summary).toContain('Nothing was used in this time.')
    expect(notes).toContain('l logs one')
  })

  test('where the database is damaged', async () => {
    const home = await aHome()
    const file = path.join(home.dataFolder, 'sessions.duckdb')
    const bytes = readFileSync(file)
    bytes.fill(0x41, 4096)
    writeFileSync(file, bytes)

    const shown = await walk(home, /csl\s+doctor/, usual)

    for (const screen of shown.slice(1)) expect(screen).toMatch(/sessions\.duckdb is\s+damaged/)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  test('where another process holds the database; what it shows comes once that is over', async () => {
    const home = await aHome()
    const lock = await holdLock(path.join(home.dataFolder, 'sessions.duckdb'))

    await walk(home, /in use by another/, usual)
    const run = openTerminal(home, ['sessions'], usual)
    await run.shows('in use by another process')
    await lock.release()
    await run.shows('Plant trees')
    run.type(keys.ctrlC)
    await run.ended()
  })

  test('also on a screen of 20 columns and 5 lines', async () => {
    const home = await aHome()
    const lock = await holdLock(path.join(home.dataFolder, 'sessions.duckdb'))

    await walk(home, /duckdb/, { columns: 20, rows: 5 })
    await lock.release()
  })
})

test('an entry that is logged while another process holds the database is there once that is over', async () => {
  const home = await aHome()
  const lock = await holdLock(path.join(home.dataFolder, 'sessions.duckdb'))
  const run = openTerminal(home, [], usual)
  await run.shows('q Quit')
  run.type('3')
  await run.shows('in use by another process')

  run.type('l')
  await run.shows('› Title')
  run.type('Pears\x13')
  await run.shows('it appears when the database is free')
  await lock.release()

  await run.shows(/note info Pears/)
  run.type(keys.ctrlC)
  await run.ended()
})
