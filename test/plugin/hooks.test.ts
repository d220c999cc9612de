import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { hookCommands } from '../../src/setup/hooks/hook-command.ts'
import { select } from '../support/database.ts'
import { type Home, mainFile, makeHome, packageFolder, type Run } from '../support/home.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'
import { makeStandIns } from '../support/stand-ins.ts'

const plugin = path.join(packageFolder, 'plugin')

interface Hook {
  readonly type: string
  readonly command: string
}

const hooks: Record<string, { hooks: Hook[] }[]> = JSON.parse(
  readFileSync(path.join(plugin, 'hooks/hooks.json'), 'utf8'),
).hooks

/** A home in which `csl` is on PATH, or is not, with a session that has just ended. */
async function aHome({ hasCsl = true } = {}) {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  if (hasCsl) standIns.add('csl', `exec '${process.execPath}' '${mainFile}' "$@"`)
  const id = uuidOf(1)
  const transcript = await home.writeTranscript('p', `${id}.jsonl`, [
    userLine(id, 'Count the apples'),
    assistantLine(id),
  ])
  const payload = (event: string) =>
    `${JSON.stringify({ session_id: id, transcript_path: transcript, cwd: home.folder, hook_event_name: event, source: 'startup' })}\n`
  const env: Record<string, string> = {
    ...home.env,
    PATH: `${standIns.bin}:${path.join(packageFolder, 'test/support/bin')}:/usr/bin:/bin`,
    CLAUDE_PLUGIN_ROOT: plugin,
  }
  const run = (command: string, event: string) => runShell(command, payload(event), env)
  return {
    home,
    env,
    /** What the client runs at an event: the plugin's hook. */
    plugged: (event: string) => run(hooks[event]?.[0]?.hooks[0]?.command ?? '', event),
    /** What setup puts into the settings. */
    set: (event: 'SessionStart' | 'SessionEnd') => run(setupCommands(home)[event], event),
    /** Messages in the ledger, once what a hook had no time for is done, too. */
    async messages() {
      const spool = path.join(home.dataFolder, 'spool')
      while (readdirSync(spool).some(name => name.endsWith('.json') || name.endsWith('.lock')))
        await home.csl(['background', 'run', '--scheduled'])
      const [row] = await select<{ n: number }>(home, 'SELECT count(*) AS n FROM usage_records')
      return Number(row?.n)
    },
  }
}

function setupCommands(home: Home) {
  const shim = path.join(home.dataFolder, 'hook.sh')
  return hookCommands({ shim, node: process.execPath, main: mainFile, platform: 'linux' })
}

/** Settings as setup leaves them. */
function writeSettings(home: Home): void {
  const entries = Object.entries(setupCommands(home)).map(([event, command]) => [
    event,
    [{ hooks: [{ type: 'command', command, timeout: 10 }] }],
  ])
  writeFileSync(
    path.join(home.claudeRoot, 'settings.json'),
    JSON.stringify({ hooks: Object.fromEntries(entries) }, null, 2),
  )
}

function runShell(command: string, input: string, env: Record<string, string>): Promise<Run> {
  return new Promise(resolve => {
    const child = execFile('/bin/sh', ['-c', command], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
    child.stdin?.on('error', () => undefined).end(input)
  })
}

describe('the plugin alone', () => {
  test('makes what it needs, records a session, and shows it at the next start', async () => {
    const { home, plugged, messages } = await aHome()

    const first = await plugged('SessionStart')
    const end = await plugged('SessionEnd')
    const recorded = await messages()
    const second = await plugged('SessionStart')

    expect([first, end]).toEqual([
      { code: 0, stdout: '', stderr: '' },
      { code: 0, stdout: '', stderr: '' },
    ])
    expect(recorded).toBe(1)
    expect(JSON.parse(second.stdout)).toMatchObject({
      systemMessage: expect.stringContaining('Recent sessions'),
      suppressOutput: true,
    })
    expect(existsSync(path.join(home.dataFolder, 'hook.sh'))).toBe(true)
  })

  test('says at a start what is missing where csl is not installed, and nothing at an end', async () => {
    const { home, plugged } = await aHome({ hasCsl: false })

    const [start, end] = [await plugged('SessionStart'), await plugged('SessionEnd')]

    expect(start.code).toBe(0)
    expect(JSON.parse(start.stdout)).toMatchObject({
      systemMessage: expect.stringContaining('npm install -g claude-session-logger'),
      suppressOutput: true,
    })
    expect(end).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(existsSync(home.dataFolder)).toBe(false)
  })

  test('finds a data folder elsewhere', async () => {
    const { home, env } = await aHome()
    env.CLAUDE_LOGGER_HOME = '~/log book'

    await runShell(hooks.SessionStart?.[0]?.hooks[0]?.command ?? '', '{}\n', env)

    expect(readdirSync(path.join(home.folder, 'log book'))).toContain('hook.sh')
  })
})

describe('the plugin beside the hooks of setup', () => {
  test('leaves the work to them: one banner, one record', async () => {
    const { home, plugged, set, messages } = await aHome()
    await home.csl(['init'])
    writeSettings(home)
    await set('SessionEnd')
    const before = readdirSync(home.dataFolder).sort()
    const endedAt = statSync(path.join(home.dataFolder, 'hook.sh.ended')).mtimeMs

    const [end, start] = [await plugged('SessionEnd'), await plugged('SessionStart')]
    const recorded = await messages()
    const banner = await set('SessionStart')

    expect([start, end].map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(banner.stdout).toContain('Recent sessions')
    expect(statSync(path.join(home.dataFolder, 'hook.sh.ended')).mtimeMs).toBe(endedAt)
    expect(before).not.toContain('hook.sh.started')
    expect(recorded).toBe(1)
  })

  test('would record a session once, also if both did', async () => {
    const { home, plugged, set, messages } = await aHome()
    await home.csl(['init'])

    await set('SessionEnd')
    const once = await messages()
    await plugged('SessionEnd')

    expect([once, await messages()]).toEqual([1, 1])
  })

  test('steps in where settings have hooks of others only', async () => {
    const { home, plugged, messages } = await aHome()
    await home.csl(['init'])
    mkdirSync(home.claudeRoot, { recursive: true })
    const others = {
      hooks: { SessionEnd: [{ hooks: [{ type: 'command', command: "'/opt/x/hook.sh' record" }] }] },
    }
    writeFileSync(path.join(home.claudeRoot, 'settings.json'), JSON.stringify(others))

    await plugged('SessionEnd')

    expect(await messages()).toBe(1)
  })
})

test('the plugin has the version of the package, and the name of the package’s marketplace leads to it', () => {
  const read = (file: string) => JSON.parse(readFileSync(path.join(packageFolder, file), 'utf8'))
  const [manifest, own, market] = [
    read('package.json'),
    read('plugin/.claude-plugin/plugin.json'),
    read('.claude-plugin/marketplace.json'),
  ]

  expect(own.version).toBe(manifest.version)
  expect(market.plugins).toMatchObject([{ name: own.name, source: './plugin' }])
  expect(manifest.files).toEqual(expect.arrayContaining(['plugin', '.claude-plugin']))
  // What the client takes for one of Anthropic's own it refuses.
  expect(own.name).not.toMatch(/^(claude|anthropic)/)
})
