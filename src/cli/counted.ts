import { formatCount } from '../base/format.ts'

/** A number and what is counted: `1 message`, `1,234 messages`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}
