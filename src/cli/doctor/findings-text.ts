import { styleText } from 'node:util'
import { cleanText } from '../../base/clean-text.ts'
import { formatCounted } from '../counted.ts'
import type { Finding, State } from './finding.ts'

const marks: Readonly<Record<State, string>> = { ok: '✓', warning: '!', problem: '✗' }
const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const

/** Findings as lines, what to do below each. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2
  return findings
    .map(({ check, state, text, todo }) => {
      const mark = styleText(colours[state], marks[state], { stream: process.stdout, validateStream: true })
      const line = `${mark} ${check.padEnd(width)}${cleanText(text)}\n`
      return todo === null ? line : `${line}${' '.repeat(width + 2)}→ ${cleanText(todo)}\n`
    })
    .join('')
}

/** How it stands, in a line. */
export function summaryText(findings: readonly Finding[]): string {
  const count = (state: State) => findings.filter(finding => finding.state === state).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems + warnings === 0) return 'all is well\n'
  const parts = [
    ...(problems > 0 ? [formatCounted(problems, 'problem')] : []),
    ...(warnings > 0 ? [formatCounted(warnings, 'warning')] : []),
  ]
  return `${parts.join(', ')}\n`
}
