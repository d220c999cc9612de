import fc from 'fast-check'

// Settings files as people and programs leave them: any spacing, comments, line ends, doubled keys, hooks of others.

/** A settings file that holds nothing of ours, and how it was made. */
export interface SettingsSample {
  readonly text: string
  /** No comments, no commas behind last values: any parser of JSON reads it. */
  readonly isJson: boolean
}

/** Texts that stand for a value that a person edits later; each is in a sample once. */
export const editable = /"edit me \d+"/g

/** What is written: JSON, with members in order, and texts to edit. */
type Value =
  | { readonly kind: 'plain'; readonly json: string }
  | { readonly kind: 'editable' }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
/** A name may come twice. */
type Member = readonly [name: string, value: Value]

const plain = (value: unknown): Value => ({ kind: 'plain', json: JSON.stringify(value) })
const list = (items: readonly Value[]): Value => ({ kind: 'list', items })
const object = (members: readonly Member[]): Value => ({ kind: 'object', members })

/** Braces, commas and names of ours where they mean nothing. */
const oddTexts = [
  '',
  'a',
  '{',
  '}',
  '[,]',
  '//',
  '/* x */',
  'hooks',
  'SessionEnd',
  'ü ✓ 日',
  '\\',
  '"',
  '\u2028',
  '\n',
]
const names = ['model', 'env', 'hook', 'Hooks', 'a b', 'ü', '$schema', 'disableAllHooks', '']

const { value: anything } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, -1.5e-7, 10, ...oddTexts).map(plain),
    fc.constant<Value>({ kind: 'plain', json: '12345678901234567890' }),
    fc.constant<Value>({ kind: 'editable' }),
    fc.array(tie('value'), { maxLength: 3 }).map(list),
    fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 3 }).map(object),
  ),
}))

/** Hooks that are nobody's but the person's, though some look like ours. */
const othersCommands = [
  'notify-send done',
  "'/opt/other tool/hook.sh' record",
  'csl sync',
  'csl record && notify-send recorded',
  'claude-session-loggerx record',
  'echo "claude-session-logger/hook.sh"',
  'python3 -m pytest -q',
  'say "fertig – ✓ 日本"',
  '',
]

const othersEntry = fc
  .tuple(
    fc.constantFrom(...othersCommands),
    fc.subarray<Member>([
      ['type', plain('command')],
      ['timeout', plain(5)],
      ['statusMessage', { kind: 'editable' }],
    ]),
  )
  .map(([command, more]) => object([['command', plain(command)], ...more]))

const group = fc
  .tuple(fc.array(fc.oneof({ weight: 4, arbitrary: othersEntry }, anything), { maxLength: 3 }), fc.boolean())
  .map(([entries, hasMatcher]) =>
    object([...(hasMatcher ? [['matcher', plain('Bash')] as const] : []), ['hooks', list(entries)]]),
  )

const hooks = fc
  .array(
    fc.tuple(
      fc.constantFrom('SessionStart', 'SessionEnd', 'Stop', 'Unknown'),
      fc.array(fc.oneof({ weight: 4, arbitrary: group }, anything), { maxLength: 3 }).map(list),
    ),
    { maxLength: 4 },
  )
  .map(object)

const root = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...names), anything), { maxLength: 4 }),
    fc.oneof(fc.constant([]), fc.tuple(hooks), fc.tuple(hooks), fc.tuple(hooks, hooks)),
    fc.nat(4),
  )
  .map(([members, found, at]) => {
    const hookMembers = found.map((value): Member => ['hooks', value])
    return object([...members.slice(0, at), ...hookMembers, ...members.slice(at)])
  })

const style = fc.record({
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  /** Null: all on one line. */
  unit: fc.constantFrom('  ', '    ', '\t', ' ', '', null),
  hasComments: fc.boolean(),
  hasLastCommas: fc.boolean(),
  seed: fc.nat(),
})

type Style = typeof style extends fc.Arbitrary<infer S> ? S : never

/** Any settings file without our hooks. */
export const settingsSample: fc.Arbitrary<SettingsSample> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('', '\ufeff'), fc.array(fc.constantFrom(' ', '\n', '\r\n', '// x\n', '/* { */')))
      .map(([mark, parts]) => ({ text: mark + parts.join(''), isJson: false })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('{}', '{ }', '{\n}', '{}\n', '\ufeff{}', '{"hooks":{}}', '{"hooks": {"SessionEnd": []}}')
      .map(text => ({ text, isJson: true })),
  },
  {
    weight: 12,
    arbitrary: fc.tuple(root, style, fc.constantFrom('', '', '\ufeff')).map(([value, how, mark]) => ({
      text: mark + write(value, how),
      isJson: !how.hasComments && !how.hasLastCommas,
    })),
  },
)

/** Writes a value in this style, with blanks, line ends and comments at odd places. */
function write(whole: Value, { eol, unit, hasComments, hasLastCommas, seed }: Style): string {
  let state = seed + 1
  let edits = 0
  const below = (count: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % count
  }
  const comments = hasComments ? [` // "hooks": { , ${eol}`, '/* ] } , */'] : []
  const gaps = [' ', eol, '\t ', ...comments]
  const gap = () => gaps[below(24)] ?? ''
  const lineTo = (depth: number) => (unit === null || below(9) === 0 ? '' : eol + unit.repeat(depth))
  const bracketed = (brackets: string, items: readonly string[], depth: number) => {
    const inner = items.map(item => `${lineTo(depth + 1)}${gap()}${item}${gap()}`).join(',')
    const lastComma = hasLastCommas && items.length > 0 && below(2) === 0 ? `,${gap()}` : ''
    const line = items.length > 0 || below(2) === 0 ? lineTo(depth) : ''
    return `${brackets[0]}${gap()}${inner}${lastComma}${line}${gap()}${brackets[1]}`
  }
  const text = (value: Value, depth: number): string => {
    switch (value.kind) {
      case 'plain':
        return value.json
      case 'editable':
        return `"edit me ${edits++}"`
      case 'list':
        return bracketed(
          '[]',
          value.items.map(item => text(item, depth + 1)),
          depth,
        )
      case 'object': {
        const colon = () => `${gap()}:${unit === null ? '' : ' '}${gap()}`
        const member = ([name, one]: Member) => `${JSON.stringify(name)}${colon()}${text(one, depth + 1)}`
        return bracketed('{}', value.members.map(member), depth)
      }
      default:
        return value satisfies never
    }
  }
  return gap() + text(whole, 0) + gap() + (unit === null || below(3) === 0 ? '' : eol)
}
