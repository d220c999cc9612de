import { once } from 'node:events'
import { cleanText } from '../../base/clean-text.ts'
import { errorText, exitCode, UsageError, UserError } from '../../base/errors.ts'
import { askYesNo, canAsk } from '../ask.ts'
import type { Context } from '../context.ts'
import { allChecks } from '../doctor/checks.ts'
import { createExamination } from '../doctor/examination.ts'
import { type Check, type Finding, runCheck } from '../doctor/finding.ts'
import { findingsText, summaryText } from '../doctor/findings-text.ts'
import { toJson } from '../json.ts'
import { killFromOutside } from '../kill-from-outside.ts'

export interface DoctorOptions {
  readonly fix?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly remote?: boolean
}

/** Looks at everything, says what is not as it should be and what to do; with `--fix` does it. Exit code 1: there is a problem. */
export async function doctorCommand(context: Context, options: DoctorOptions): Promise<void> {
  if (options.remote && context.isLocal)
    throw new UsageError('--remote asks the network, and --local forbids it', 'leave one of them away')
  const sight = { isOnline: options.remote === true, isLate: false }
  let findings = await look(context, sight)
  if (options.fix && (await repair(findings, options))) findings = await look(context, sight)
  const isWell = findings.every(({ state }) => state !== 'problem')
  if (options.json) process.stdout.write(`${toJson({ ok: isWell, checks: findings.map(asFields) })}\n`)
  else process.stdout.write(`${findingsText(findings)}${summaryText(findings)}`)
  process.exitCode = isWell ? exitCode.ok : exitCode.failure
  if (sight.isLate) await leave()
}

async function look(
  context: Context,
  sight: { readonly isOnline: boolean; isLate: boolean },
): Promise<Finding[]> {
  const findings: Finding[] = []
  // One after the other: two of them must not have the database open at once.
  for (const check of allChecks(createExamination(context), sight.isOnline)) {
    showProgress(check)
    const onLate = () => {
      sight.isLate = true
    }
    findings.push(...(await runCheck(check, onLate)))
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return findings
}

function showProgress({ name }: Check): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Klooking at: ${name}`)
}

/** Answers whether anything was done. */
async function repair(findings: readonly Finding[], { yes = false }: DoctorOptions): Promise<boolean> {
  let isDone = false
  for (const { check, text, repair } of findings) {
    if (!repair) continue
    if (repair.question !== null && !yes) {
      process.stderr.write(`${check}: ${cleanText(text)}\n`)
      if (!canAsk()) {
        process.stderr.write(
          '     not repaired: there is no terminal to ask on; say --yes if that is what you want\n',
        )
        continue
      }
      if (!(await askYesNo(repair.question))) continue
    }
    try {
      for (const line of await repair.run()) process.stderr.write(`${check}: ${cleanText(line)}\n`)
      isDone = true
    } catch (error) {
      const hint = error instanceof UserError && error.hint ? ` (${error.hint})` : ''
      process.stderr.write(`${check}: not repaired: ${cleanText(errorText(error) + hint)}\n`)
    }
  }
  return isDone
}

/** For programs. The names are a promise: docs/schema.md says what each of them means. */
function asFields({ check, state, text, todo, repair }: Finding): object {
  return { check, state, text, todo, canFix: repair !== undefined }
}

/** A check that was given up can be at it for ever: on a disk that is gone, Node can't even end in good order. */
async function leave(): Promise<void> {
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain')
  await killFromOutside(2)
  process.exit()
}
