import { cleanText } from '../../base/clean-text.ts'
import type { Step } from '../../setup/step.ts'

const columns = 16

/** The steps, a line each, with what is to be said of them below. */
export function planText(steps: readonly Step[]): string {
  return steps.map(stepText).join('')
}

function stepText({ part, title, details = [] }: Step): string {
  const lines = [`  ${part.padEnd(columns)}${cleanText(title)}`]
  for (const detail of details) lines.push(`  ${' '.repeat(columns)}${cleanText(detail)}`)
  return `${lines.join('\n')}\n`
}

/** What was done, a line each. */
export function doneText({ part, title }: Step): string {
  return `  done  ${part.padEnd(columns)}${cleanText(title)}\n`
}
