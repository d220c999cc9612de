import { escapeControls } from '../base/clean-text.ts'

// Apart from tables: a sync that nobody waits for need not load what measures text.

/**
 * A value as indented JSON, safe to print (`escapeControls`). A bigint is a number where a number can hold it, else text.
 */
export function toJson(value: unknown): string {
  // To be asked about every value triples the time, and hardly ever is one of them a bigint.
  return escapeControls(JSON.stringify(value, holdsBigint(value) ? withoutBigint : undefined, 2))
}

function holdsBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint'
  return Object.values(value).some(holdsBigint)
}

/** What `JSON.stringify` asks of every value: a bigint is a number where a number can hold it, else text. */
export function withoutBigint(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** A value as JSON on one line, safe to print. */
export function toJsonLine(value: unknown): string {
  return escapeControls(JSON.stringify(value))
}
