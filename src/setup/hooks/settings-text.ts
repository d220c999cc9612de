import { type Node, type ParseError, parseTree, printParseErrorCode, visit } from 'jsonc-parser'
import { UserError } from '../../base/errors.ts'

export type { Node } from 'jsonc-parser'

/** A piece of a text, by its offsets: `to` is the first that is not in it. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A settings file as it was typed: its values with their places, and what stands between them. */
export interface SettingsText {
  readonly text: string
  /** Undefined: nothing stands there but blanks and comments. */
  readonly root: Node | undefined
  /** Commas that part values, not those in texts and comments; in their order. */
  readonly commas: readonly Range[]
  readonly comments: readonly Range[]
}

const mark = '\ufeff'

/**
 * Reads JSON, also with comments, commas behind the last value, and a byte order mark. Throws a UserError with line and column
 * for anything else: what can't be understood is not written to, and never repaired. `name` is said to the person.
 */
export function parseSettings(text: string, name: string): SettingsText {
  // The parser knows no byte order mark; with a blank in its place all offsets hold.
  const body = text.startsWith(mark) ? ` ${text.slice(1)}` : text
  const commas: Range[] = []
  const comments: Range[] = []
  const errors: ParseError[] = []
  const options = { allowTrailingComma: true, allowEmptyContent: true }
  try {
    const root = parseTree(body, errors, options)
    const [first] = errors
    if (first) throw notReadable(text, name, first.offset, wordsOf(first))
    if (root && root.type !== 'object') throw notReadable(text, name, root.offset, 'not an object')
    const onSeparator = (character: string, from: number) => {
      if (character === ',') commas.push({ from, to: from + 1 })
    }
    const onComment = (from: number, length: number) => void comments.push({ from, to: from + length })
    visit(body, { onSeparator, onComment }, options)
    return { text, root, commas, comments }
  } catch (error) {
    // The parser calls itself for what is nested.
    if (error instanceof RangeError) throw notReadable(text, name, 0, 'nested too deeply')
    throw error
  }
}

/** Refuses a settings file for what stands at that offset. */
export function notReadable(text: string, name: string, offset: number, what: string): UserError {
  return new UserError(`${name}: ${placeOf(text, offset)}: ${what}`, 'correct it; nothing was changed')
}

/** `line 3, column 7`, as editors count. */
export function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `line ${lines.length}, column ${(lines.at(-1)?.replace(mark, '').length ?? 0) + 1}`
}

/** `CommaExpected` → `comma expected`. */
function wordsOf({ error }: ParseError): string {
  const words = printParseErrorCode(error).replace(/([a-z])([A-Z])/g, '$1 $2')
  return words.toLowerCase()
}

export function endOf(node: Node): number {
  return node.offset + node.length
}

/** The members of that name; what is read is the last. */
export function membersNamed(object: Node | undefined, name: string): Node[] {
  if (object?.type !== 'object') return []
  return (object.children ?? []).filter(member => keyOf(member) === name)
}

export function keyOf(member: Node): string {
  return String(member.children?.[0]?.value)
}

export function memberValue(member: Node | undefined): Node | undefined {
  return member?.children?.[1]
}

/** The elements of an array, the members of an object. */
export function itemsOf(container: Node | undefined): readonly Node[] {
  return container?.children ?? []
}

/** Where the last thing before the offset ends: a value, a comma, a bracket, a comment. */
export function endOfPrevious(text: string, offset: number): number {
  let end = offset
  while (end > 0 && ' \t\r\n'.includes(text[end - 1] ?? '')) end--
  return end
}

/** The comma between two offsets, if there is one. */
export function commaBetween({ commas }: SettingsText, from: number, to: number): Range | undefined {
  return commas.find(comma => comma.from >= from && comma.to <= to)
}
