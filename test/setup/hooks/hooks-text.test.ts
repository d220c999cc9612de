import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { hookCommands, hookEvents, type Installed } from '../../../src/setup/hooks/hook-command.ts'
import { addHooks, removeHooks } from '../../../src/setup/hooks/hooks-text.ts'
import { parseSettings } from '../../../src/setup/hooks/settings-text.ts'
import { editable, settingsSample } from '../../support/settings-texts.ts'

const installed: Installed = {
  shim: '/home/ada/.claude/claude-session-logger/hook.sh',
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/claude-session-logger/dist/main.mjs',
  platform: 'linux',
}
const file = '/home/ada/.claude/settings.json'
const add = (text: string | undefined) => addHooks(text, installed, file)
const remove = (text: string, before?: string) => removeHooks(text, installed, file, before)
const runs = { numRuns: Number(process.env.CSL_TEST_RUNS ?? 2000) }

type Json = Record<string, unknown>

/** What a reader gets: of doubled keys the last. */
function readBy(text: string): Json {
  return (parse(text.replace('\ufeff', ''), [], { allowTrailingComma: true }) ?? {}) as Json
}

/** What must be read after our hooks were added: ours come last in their lists, and all else is as it was. */
function withOurs(before: Json): Json {
  const hooks = { ...((before.hooks ?? {}) as Record<string, unknown[]>) }
  const commands = hookCommands(installed)
  for (const event of hookEvents) {
    const entry = { type: 'command', command: commands[event], timeout: 10 }
    hooks[event] = [...(hooks[event] ?? []), { hooks: [entry] }]
  }
  return { ...before, hooks }
}

const commentsOf = (text: string) =>
  parseSettings(text, file).comments.map(({ from, to }) => text.slice(from, to).trimEnd())

describe('any settings file', () => {
  test('is the same to the byte after our hooks were added and taken out, however often they were added', () => {
    fc.assert(
      fc.property(settingsSample, ({ text }) => {
        const once = add(text)

        expect(add(once)).toBe(once)
        expect(remove(once)).toBe(text)
        expect(remove(text)).toBe(text)
      }),
      runs,
    )
  })

  test('with our hooks says what it said before, and them; what was JSON is JSON, and no comment is added or lost', () => {
    fc.assert(
      fc.property(settingsSample, ({ text, isJson }) => {
        const installedText = add(text)

        expect(readBy(installedText)).toEqual(withOurs(readBy(text)))
        expect(commentsOf(installedText)).toEqual(commentsOf(text))
        if (isJson) expect(JSON.parse(installedText.replace('\ufeff', ''))).toEqual(withOurs(readBy(text)))
      }),
      runs,
    )
  })

  test('keeps what its owner edits while our hooks are in it', () => {
    const words = fc.constantFrom(
      '"b"',
      '{ "c": [1, 2] }',
      '[]',
      '/* why */ 1',
      '"z" // so\n',
      '""',
      '[{\r\n},]',
    )
    fc.assert(
      fc.property(settingsSample, fc.array(words, { minLength: 1 }), ({ text }, edits) => {
        const edit = (one: string) => {
          let n = 0
          return one.replace(editable, found => edits[n++ % edits.length] ?? found)
        }

        expect(remove(edit(add(text)))).toBe(edit(text))
      }),
      runs,
    )
  })

  test('that a program writes anew with our hooks in it says what it said before once they are out', () => {
    fc.assert(
      fc.property(settingsSample, ({ text }) => {
        const rewritten = JSON.stringify(readBy(add(text)), null, 2)

        expect(readBy(remove(rewritten) ?? '{}')).toEqual(readBy(text))
      }),
      runs,
    )
  })
})

/** As it was written by hand from an older README. */
const byHand = `{
  // mine
  "hooks": {
    "SessionEnd": [{ "hooks": [{ "type": "command", "command": "'/home/ada/.claude/claude-session-logger/hook.sh'" }] }],
    "SessionStart": [
      { "hooks": [{ "type": "command", "command": "notify-send hi" }, { "type": "command", "command": "csl recent --hook" }] },
      { "hooks": [{ "type": "command", "command": "'/data/claude-session-logger/hook.sh' recent --hook 2>/dev/null || true" }] }
    ]
  }
}
`

describe('hooks of ours that are not right', () => {
  test('of an earlier version, or doubled by hand, give way to one right one an event', () => {
    const text = add(byHand)

    expect(readBy(text).hooks).toEqual({
      SessionEnd: [
        { hooks: [{ type: 'command', command: hookCommands(installed).SessionEnd, timeout: 10 }] },
      ],
      SessionStart: [
        { hooks: [{ type: 'command', command: 'notify-send hi' }] },
        { hooks: [{ type: 'command', command: hookCommands(installed).SessionStart, timeout: 10 }] },
      ],
    })
    expect(remove(text)).toBe(`{
  // mine
  "hooks": {
    "SessionStart": [
      { "hooks": [{ "type": "command", "command": "notify-send hi" }] }
    ]
  }
}
`)
  })

  test('of a version elsewhere are taken out, too', () => {
    const moved = { ...installed, shim: "/data/it's here/hook.sh" }
    const text = addHooks(
      '{"model": "x"}',
      { ...installed, shim: '/old/claude-session-logger/hook.sh' },
      file,
    )

    const again = addHooks(text, moved, file)

    expect(readBy(again)).toEqual({ ...withOurs({ model: 'x' }), hooks: expect.anything() })
    expect(again).toContain(JSON.stringify(hookCommands(moved).SessionEnd))
    expect(again).not.toContain('/old/')
    expect(removeHooks(again, moved, file)).toBe('{"model": "x"}')
  })

  test('doubled in the settings of anybody leave nothing but what was there', () => {
    const commands = Object.values(hookCommands(installed)).concat(
      'csl recent --hook',
      'csl inbox --count --hook',
    )
    fc.assert(
      fc.property(
        settingsSample,
        fc.array(fc.constantFrom(...commands), { minLength: 1 }),
        ({ text }, more) => {
          const mine = readBy(text)
          const hooks = (mine.hooks ?? {}) as Record<string, unknown[]>
          const doubled = more.map(command => ({ hooks: [{ type: 'command', command }] }))
          const found = { ...hooks, SessionEnd: [...doubled, ...(hooks.SessionEnd ?? []), ...doubled] }
          const given = JSON.stringify({ ...mine, hooks: found }, null, 1)

          expect(readBy(add(given))).toEqual(withOurs(mine))
        },
      ),
      runs,
    )
  })
})

describe('what the owner does beside our hooks', () => {
  test.each([
    [
      'adds an event behind ours',
      'kick", "timeout": 10 }] }]',
      'kick", "timeout": 10 }] }],\n    "Stop": []',
    ],
    ['adds an event before ours', '"SessionStart"', '"Stop": [],\n    "SessionStart"'],
    ['adds a hook to our list', '"SessionStart": [', '"SessionStart": [{ "hooks": [] }, '],
    ['adds a member behind', '  }\n}', '  },\n  "model": "x"\n}'],
    ['adds a comment and a last comma', '  }\n}', '  }, // so\n}'],
  ])('%s: it stays, and is read as it was typed', (_, place, typed) => {
    const mine = '{\n  "env": {}\n}\n'
    const edited = add(mine).replace(place, typed)
    expect(edited).not.toBe(add(mine))

    const left = remove(edited) ?? ''

    const hooks = readBy(edited).hooks as Record<string, { hooks: { command?: string }[] }[]>
    const isOurs = (list: unknown) => JSON.stringify(list).includes('hook.sh')
    const othersOf = ([event, list]: [string, unknown[]]) =>
      [event, list.filter(group => !isOurs(group))] as const
    const stays = Object.entries(hooks)
      .map(othersOf)
      .filter(([event, list]) => event === 'Stop' || list.length > 0)
    const { hooks: gone, ...others } = readBy(edited)
    expect(gone).toBeDefined()
    expect(readBy(left)).toEqual(stays.length > 0 ? { ...others, hooks: Object.fromEntries(stays) } : others)
    expect(commentsOf(left)).toEqual(commentsOf(edited))
  })

  test('taking all of theirs away leaves the braces that were theirs', () => {
    const mine = '{\n  "hooks": {\n    "Stop": []\n  }\n}\n'

    const left = remove(add(mine).replace(/"Stop": \[\],\n {4}/, ''))

    expect(left).toBe('{\n  "hooks": {\n  }\n}\n')
  })
})

describe('written anew by Claude Code, which sorts the keys of hooks', () => {
  const rewritten = (text: string) => {
    const sorted = (_: string, value: Json) =>
      value?.type === 'command' ? { type: 'command', command: value.command, timeout: value.timeout } : value
    return JSON.stringify(JSON.parse(text), sorted, 2)
  }

  test('our hooks are right, and with what stood there before, empty lists stay that its owner had', () => {
    for (const mine of [
      '{"hooks":{}}',
      '{"hooks":{"SessionEnd":[]}}',
      '{"hooks":{"Stop":[]},"model":"x"}',
      '{}',
    ]) {
      const text = rewritten(add(mine))

      expect(add(text)).toBe(text)
      expect(JSON.parse(remove(text, mine) ?? '')).toEqual(JSON.parse(mine))
    }
  })

  test('without that, what nobody uses is gone', () => {
    expect(JSON.parse(remove(rewritten(add('{"hooks":{},"model":"x"}'))) ?? '')).toEqual({ model: 'x' })
  })
})

describe('no settings file', () => {
  test('is one after that holds our hooks alone, and none again', () => {
    const text = add(undefined)

    expect(JSON.parse(text)).toEqual(withOurs({}))
    expect(add(text)).toBe(text)
    expect(remove(text)).toBeUndefined()
  })

  test('and one that its owner adds to stays', () => {
    const edited = add(undefined).replace(/\n}\n$/, ',\n  "model": "x"\n}\n')

    expect(remove(edited)).toBe('{\n  "model": "x"\n}\n')
    expect(remove(`// mine\n${add(undefined)}`)).toBe('// mine\n{\n}\n')
  })
})

describe('what is not understood is refused, with its place', () => {
  test.each([
    ['{"model": "x" "env": {}}', 'line 1, column 15: comma expected'],
    ['{\r\n  "model": "x",\r\n  nope\r\n}', 'line 3, column 3: invalid symbol'],
    ['\ufeff{,}', 'line 1, column 2: value expected'],
    ['{} {}', 'line 1, column 4: end of file expected'],
    ['{"a": "\n"}', 'line 1, column 7: unexpected end of string'],
    ['{"a": 01}', 'line 1, column 8'],
    ['{ /* open', 'line 1, column 3'],
    ['[]', 'line 1, column 1: not an object'],
    ['"x"', 'line 1, column 1: not an object'],
    ['{\n  "hooks": []\n}', 'line 2, column 3: "hooks" is no object'],
    ['{ "hooks": null }', 'line 1, column 3: "hooks" is no object'],
    ['{"hooks": {"SessionEnd": "echo"}}', 'line 1, column 12: "SessionEnd" is no list'],
    ['{"hooks": {}, "hooks": "x"}', 'line 1, column 15: "hooks" is no object'],
  ])('%j: %s', (text, what) => {
    const refused = expect.objectContaining({
      message: expect.stringContaining(`${file}: ${what}`),
      hint: expect.stringContaining('nothing was changed'),
    })

    expect(() => add(text)).toThrow(refused)
  })

  test('nested too deeply: so, too', () => {
    expect(() => add('['.repeat(200_000))).toThrow(/nested too deeply$/)
  })

  test('but what holds none of our hooks is left alone by taking them out', () => {
    expect(remove('{ nope')).toBe('{ nope')
    expect(() => remove(`${add('{}')}}`)).toThrow(/line \d+, column \d+/)
  })
})

test('two megabytes are no trouble', () => {
  const permissions = Array.from({ length: 50_000 }, (_, i) => `Bash(command number ${i} of many:*)`)
  const text = JSON.stringify({ permissions: { allow: permissions }, hooks: { Stop: [] } }, null, 2)
  expect(text.length).toBeGreaterThan(1.9e6)

  expect(JSON.parse(add(text))).toEqual(withOurs(JSON.parse(text)))
  expect(remove(add(text))).toBe(text)
})
