import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { makeSetupHome, type SetupHome, settingsText } from '../support/setup-home.ts'

// What stands in settings.json and around it is other people's: setup copes, or refuses before anything at all is changed.

const big = `{ "env": { "LONG": "${'x'.repeat(2 << 20)}" } }\n`

const settings: Readonly<Record<string, (home: SetupHome) => void>> = {
  missing: ({ settings }) => rmSync(settings),
  empty: ({ settings }) => writeFileSync(settings, ''),
  'an empty object': ({ settings }) => writeFileSync(settings, '{}'),
  'with comments': ({ settings }) => writeFileSync(settings, `// mine\n${settingsText}// the end`),
  'with a byte order mark': ({ settings }) => writeFileSync(settings, `\ufeff${settingsText}`),
  'with lines that end in CRLF': ({ settings }) =>
    writeFileSync(settings, settingsText.replaceAll('\n', '\r\n')),
  'of 2 MB': ({ settings }) => writeFileSync(settings, big),
  'readable by others': ({ settings }) => chmodSync(settings, 0o664),
  'a link into a folder of dotfiles'({ folder, settings }) {
    mkdirSync(path.join(folder, 'dotfiles'))
    writeFileSync(path.join(folder, 'dotfiles/claude.json'), settingsText)
    rmSync(settings)
    symlinkSync('../dotfiles/claude.json', settings)
  },
}

describe('csl setup copes with settings', () => {
  test.each(Object.keys(settings))('%s: adds its hooks, and takes them out to the byte', async name => {
    const home = makeSetupHome()
    settings[name]?.(home)
    const before = home.snapshot()

    const set = await home.setup('--yes')
    const text = readFileSync(home.settings, 'utf8').replace('\ufeff', '')
    const again = await home.setup('--yes')
    const out = await home.setup('--uninstall', '--yes', '--delete-data')

    expect([set.code, out.code], set.stderr + out.stderr).toEqual([0, 0])
    expect(again.stdout).toContain('nothing to do')
    const hooks = parse(text).hooks
    for (const event of ['SessionStart', 'SessionEnd'])
      expect(JSON.stringify(hooks[event])).toContain('hook.sh')
    expect(home.snapshot()).toEqual(before)
  })
})

const refused: Readonly<Record<string, (home: SetupHome) => void>> = {
  'no JSON': ({ settings }) => writeFileSync(settings, '{ "hooks": '),
  'a list': ({ settings }) => writeFileSync(settings, '[]'),
  'hooks that are none': ({ settings }) => writeFileSync(settings, '{ "hooks": "all" }'),
  'no UTF-8': ({ settings }) => writeFileSync(settings, Buffer.from([0x7b, 0xff, 0x7d])),
  'a folder'({ settings }) {
    rmSync(settings)
    mkdirSync(settings)
  },
  'a link to itself'({ settings }) {
    rmSync(settings)
    symlinkSync('settings.json', settings)
  },
  'a link into a folder that is not there'({ settings }) {
    rmSync(settings)
    symlinkSync('../not-mounted/settings.json', settings)
  },
}

describe('csl setup refuses settings', () => {
  test.each(Object.keys(refused))('%s: names them, and changes nothing at all', async name => {
    const home = makeSetupHome()
    refused[name]?.(home)
    const before = home.snapshot()

    const run = await home.setup('--yes')

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('settings.json')
    expect(home.snapshot()).toEqual(before)
  })

  test('that were broken since: uninstall names them, and takes out nothing', async () => {
    const home = makeSetupHome()
    await home.setup('--yes')
    writeFileSync(home.settings, `${readFileSync(home.settings, 'utf8')} }`)
    const before = home.snapshot()

    const run = await home.setup('--uninstall', '--yes', '--delete-data')

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('settings.json')
    expect(home.snapshot()).toEqual(before)
  })
})

/** Somebody without rights to everything: `nobody` where the tests run as root. */
const other = process.getuid?.() === 0 ? 65534 : undefined

describe('csl setup refuses what it may not write', () => {
  test.each(['settings.json', '.'])(
    '%s of the Claude folder: names it, and changes nothing at all',
    async name => {
      const home = makeSetupHome()
      const target = path.join(home.claudeRoot, name)
      const before = home.snapshot()
      if (other !== undefined)
        for (const file of ['.', '.claude', ...before.keys()])
          chownSync(path.join(home.folder, file), other, other)
      chmodSync(target, name === '.' ? 0o555 : 0o444)
      const locked = home.snapshot()

      const run = await home.csl(
        ['setup', '--yes', '--no-background'],
        other === undefined ? {} : { uid: other },
      )

      expect(run).toMatchObject({ code: 1, stdout: '' })
      expect(run.stderr).toContain(home.claudeRoot)
      expect(home.snapshot()).toEqual(locked)
      chmodSync(target, 0o755)
    },
  )
})
