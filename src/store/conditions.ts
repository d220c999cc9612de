import type { Parameter } from './query.ts'

/** A filter as SQL: conditions that all must hold, each with the parameters it speaks of. */
export interface Conditions {
  /** Adds a condition and the parameters it speaks of. */
  require(condition: string, parameters?: Readonly<Record<string, Parameter>>): void
  /** Adds a condition that speaks of `$name`; nothing where the filter does not say a value. */
  add(name: string, value: Parameter | undefined, condition: string): void
  /** Adds a condition that every one of the words stands in a text expression, whatever its case. */
  addWords(words: string | undefined, text: string): void
  /** All of them, joined; TRUE where there are none. */
  readonly where: () => string
  readonly parameters: Readonly<Record<string, Parameter>>
}

export function createConditions(): Conditions {
  const conditions = ['TRUE']
  const parameters: Record<string, Parameter> = {}
  const require: Conditions['require'] = (condition, its = {}) => {
    conditions.push(`(${condition})`)
    Object.assign(parameters, its)
  }
  const add: Conditions['add'] = (name, value, condition) => {
    if (value !== undefined) require(condition, { [name]: value })
  }
  return {
    require,
    add,
    addWords(words, text) {
      const found = words?.split(/\s+/).filter(word => word !== '') ?? []
      for (const [index, word] of found.entries()) add(`word${index}`, word, contains(text, `word${index}`))
    },
    where: () => conditions.join(' AND '),
    parameters,
  }
}

/** SQL for a text expression that contains a parameter, whatever the case of either. */
export function contains(text: string, name: string): string {
  return `contains(lower(${text}), lower($${name}))`
}
