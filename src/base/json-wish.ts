/** Which parts of a JSON value are wanted: see `whole`, `members` and `textOrMembers`. */
export interface Wish {
  /** Objects and lists are wanted as they are. */
  readonly isWhole: boolean
  /** Text is wanted; else an empty one says that some stood there. */
  readonly takesText: boolean
  /** Text that is long is wanted on demand: see `LongText`. */
  readonly isLazy: boolean
  /** What is wanted of an object, or of each object in a list. */
  readonly members: Readonly<Record<string, Wish>>
}

/** A long text that is built only if somebody asks. Valid while its line is being visited. */
export class LongText {
  readonly read: () => string

  constructor(read: () => string) {
    this.read = read
  }
}

/** The value as it is. */
export const whole: Wish = { isWhole: true, takesText: true, isLazy: false, members: {} }

/** Of an object, or of each object in a list, these members alone; of a text only that it is one. */
export function members(wishes: Readonly<Record<string, Wish>>): Wish {
  return { isWhole: false, takesText: false, isLazy: false, members: wishes }
}

/** Text, on demand where it is long; of objects and lists what `members` gives. */
export function textOrMembers(wishes: Readonly<Record<string, Wish>>): Wish {
  return { ...members(wishes), takesText: true, isLazy: true }
}

/** The wanted parts of a value that is there already. */
export function pick(value: unknown, wish: Wish): unknown {
  if (typeof value === 'string') return wish.takesText ? value : ''
  if (wish.isWhole || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => pick(item, wish))
  const picked: Record<string, unknown> = {}
  for (const [key, wanted] of Object.entries(wish.members)) {
    if (Object.hasOwn(value, key)) picked[key] = pick((value as Record<string, unknown>)[key], wanted)
  }
  return picked
}
