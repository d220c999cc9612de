import { formatCount } from '../base/format.ts'

/** A number and what is counted: `1 message`, `1,234 messages`. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
