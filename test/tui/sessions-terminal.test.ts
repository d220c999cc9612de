import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, bornLine, userLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'
import { keys, openTerminal } from '../support/terminal.ts'

const [gate, barn] = [uuidOf(0xa1), uuidOf(0xa2)]

/** A home with two sessions, in folders that are there, and a `claude` that tells how it was started. */
async function aDesk(): Promise<Home & { env: Record<string, string>; told: string }> {
  const home = makeHome()
  const bin = path.join(home.folder, 'bin')
  const told = path.join(home.folder, 'told.json')
  for (const folder of [bin, path.join(home.folder, 'söhne'), path.join(home.folder, 'barn')])
    mkdirSync(folder)
  const claude = path.join(bin, 'claude')
  const script = `#!/usr/bin/env node
const { isTTY } = process.stdin
process.stdout.write('claude here\\n')
process.stdin.once('data', data => {
  const typed = data.toString()
  const told = { argv: process.argv.slice(2), cwd: process.cwd(), isTTY, isRaw: process.stdin.isRaw, typed }
  require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(told))
  process.exit(7)
})
`
  writeFileSync(
    claude,
    script.replace(JSON.stringify(told), () => JSON.stringify(told)),
  )
  chmodSync(claude, 0o755)
  await home.writeTranscript('-home-dev', `${gate}.jsonl`, [
    bornLine(gate, '2026-10-02T09:59:00.000Z'),
    userLine(gate, 'Mend the gate 漢字 🍎', {
      cwd: path.join(home.folder, 'söhne'),
      timestamp: '2026-10-02T10:00:00.000Z',
    }),
    assistantLine(gate, { at: '2026-10-02T10:01:00.000Z' }),
  ])
  await home.writeTranscript('-home-dev', `${barn}.jsonl`, [
    userLine(barn, 'Sweep \x1b]0;owned\x07the barn', { cwd: path.join(home.folder, 'barn') }),
    assistantLine(barn, {
      content: [{ type: 'text', text: 'Done.\nWe owe Söhne two  refunds, and no more.' }],
    }),
  ])
  await home.csl(['backfill'])
  const env = { ...home.env, PATH: `${bin}:${home.env.PATH}` }
  return { ...home, env, told }
}

describe('csl sessions on a terminal', () => {
  test('finds a session, resumes it in its folder with the whole terminal, and passes its exit code on', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: home.env })

    await run.shows('2\n')
    run.type('mend')
    const found = await run.shows('1 of 2')
    run.type(keys.enter)
    run.type(keys.enter)
    await run.shows('claude here')
    run.type('hello\r')
    const code = await run.ended()

    expect(found).toContain('Mend the gate 漢字 🍎')
    expect(code).toBe(7)
    expect(run.isRestored()).toBe(true)
    expect(JSON.parse(readFileSync(home.told, 'utf8'))).toEqual({
      argv: ['--resume', gate],
      cwd: path.join(home.folder, 'söhne'),
      isTTY: true,
      isRaw: false,
      typed: 'hello\n',
    })
  })

  test('finds a session by what was said in it, and resumes that', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: { PATH: home.env.PATH ?? '' }, columns: 80 })

    await run.shows('Sweep the barn')
    run.type('"two refunds"')
    const found = await run.shows('text: 1 of 2 transcripts')
    run.type(keys.ctrlF)
    const off = await run.shows('text search off')
    run.type(`${keys.ctrlF}${keys.tab}`)
    await run.shows(/^❯.*Sweep the barn/m)
    run.type('o')
    await run.shows(/We owe Söhne two +refunds/)
    run.type('q')
    await run.shows(/^❯.*Sweep the barn/m)
    run.type('r')
    await run.shows('claude here')
    run.type('\r')
    await run.ended()

    expect(found).toMatch(/Sweep the barn.*\n +answer: We owe Söhne two refunds, and no more\./)
    expect(off).toContain('No session fits')
    expect(run.written()).toMatch(/\x1b\[(?:\d+;)*7m(?:\x1b\[[\d;]*m)*two refunds/)
    expect(JSON.parse(readFileSync(home.told, 'utf8'))).toMatchObject({ argv: ['--resume', barn] })
  })

  test('takes 200 keys at once, a small screen, other sizes, and no colours', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: { ...home.env, NO_COLOR: '1' }, columns: 80 })

    await run.shows('Sweep the barn')
    run.type(keys.tab + keys.down.repeat(200) + keys.up.repeat(199))
    await run.shows(/^❯.*Mend the gate/m)
    run.resize(20, 5)
    const small = await run.shows(/^❯ {3}Mend the gate …$/m)
    run.resize(200, 60)
    const large = await run.shows(/When +Project +Title +Type +Models +Tokens +Cost +Lasted +Machine/)
    run.type('q')
    await run.shows('1 Resume a session')
    run.type('q')

    expect(await run.ended()).toBe(0)
    expect(small.split('\n')).toHaveLength(5)
    expect(large).toContain('Mend the gate 漢字 🍎')
    expect(run.written()).not.toContain('owned')
    expect(run.written()).not.toMatch(/\x1b\[(?:\d+;)*(?:3|4|9|10)\d(?:;\d+)*m/)
  })

  test('shows what another process writes, and nothing is written while nothing happens', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: home.env })

    await run.shows('Sweep the barn')
    await home.csl(['session', barn, '--name', 'The new name'])
    await run.shows('The new name')
    const before = run.written().length
    await home.csl(['recent'])

    expect(run.written().length).toBe(before)
    run.type('\x03')
    await run.ended()
  })

  test('marks a session, which another process sees', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: home.env })

    await run.shows('Sweep the barn')
    run.type(`${keys.tab}s`)
    await run.shows('★')
    run.type('x')
    await run.shows('Take this session out')
    run.type('y')
    await run.shows('u brings back')
    await run.sheds(/^. +.*Mend the gate/m)
    const hidden = await home.csl(['session', gate, '--json'])
    run.type('u')
    await run.shows(/★.*Mend the gate/)
    run.type('q')
    await run.shows('1 Resume')
    run.type('q')
    await run.ended()

    expect(JSON.parse(hidden.stdout)).toMatchObject({ isStarred: true, isDeleted: true })
    expect(JSON.parse((await home.csl(['session', gate, '--json'])).stdout)).toMatchObject({
      isDeleted: false,
    })
  })

  test('opens the selected ones in the viewer, and comes back to the list as it was', async () => {
    const home = await aDesk()
    const run = openTerminal(home, ['sessions'], { env: home.env })

    await run.shows('Sweep the barn')
    run.type(`${keys.tab}  o`)
    await run.shows('1/2')
    run.type('q')
    const list = await run.shows('2 selected')
    run.type(keys.ctrlC)
    await run.ended()

    expect(list).toMatch(/^❯?.*✓.*Mend the gate/m)
  })

  test('says what is in the way: a gone folder, a gone transcript, a database in use', async () => {
    const home = await aDesk()
    rmSync(path.join(home.folder, 'söhne'), { recursive: true })
    rmSync(path.join(home.claudeRoot, 'projects/-home-dev', `${barn}.jsonl`))
    const run = openTerminal(home, ['sessions'], { env: home.env, columns: 160 })

    await run.shows('⚠ transcript gone · Sweep the barn')
    run.type(`${keys.tab}/gate${keys.enter}r`)
    await run.shows('its folder is gone')
    run.type(`/\x15barn${keys.enter}r`)
    await run.shows('its transcript is gone')
    run.type(keys.ctrlC)
    await run.ended()
    const lock = await holdLock(path.join(home.dataFolder, 'sessions.duckdb'))
    const locked = openTerminal(home, ['sessions'], { env: home.env, columns: 160 })
    await locked.shows('in use by another process')
    await lock.release()
    locked.type(keys.ctrlC)

    expect(await locked.ended()).toBe(0)
  })
})

describe('csl resume', () => {
  test('says what to run by hand where there is no claude, and never takes an option for an id', async () => {
    const home = await aDesk()
    const withoutClaude = { ...home.env, PATH: path.dirname(process.execPath) }

    const missing = await home.csl(['resume', gate], { env: { PATH: '/nonexistent' } })
    const option = await home.csl(['resume', '--', '-x'], { env: withoutClaude })

    expect(missing.code).toBe(1)
    expect(missing.stderr).toBe(
      `csl: cannot run claude: it is not on the PATH\n     to run by hand: cd '${home.folder}/söhne' && claude --resume ${gate}\n`,
    )
    expect(option).toMatchObject({ code: 1, stdout: '' })
    expect(option.stderr).toContain('there is no session -x')
  })
})
