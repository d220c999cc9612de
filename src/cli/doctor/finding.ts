import { errorText, UserError } from '../../base/errors.ts'

/** `warning`: something is not as it could be; `problem`: sessions, notes or syncs are lost or stand still because of it. */
export type State = 'ok' | 'warning' | 'problem'

/** What one check found: a line for the person. */
export interface Finding {
  /** Names it for good: `database`, `hooks`. */
  readonly check: string
  readonly state: State
  readonly text: string
  /** What to do; null: nothing. */
  readonly todo: string | null
  readonly repair?: Repair
}

/** What `--fix` does about it. */
export interface Repair {
  /** Asked before; null: it takes nothing away, and is done without asking. */
  readonly question: string | null
  /** Answers what was done, a line each. Throws a UserError. */
  run(): Promise<readonly string[]>
}

/** Looks at one thing. May find several, or nothing worth a line. */
export interface Check {
  readonly name: string
  /** How long it may take, in milliseconds. 5,000, if absent. */
  readonly limitMs?: number
  look(): Promise<readonly Finding[]>
}

export function ok(check: string, text: string): Finding {
  return { check, state: 'ok', text, todo: null }
}

export function warning(check: string, text: string, todo: string | null, repair?: Repair): Finding {
  return { check, state: 'warning', text, todo, ...(repair && { repair }) }
}

export function problem(check: string, text: string, todo: string | null, repair?: Repair): Finding {
  return { check, state: 'problem', text, todo, ...(repair && { repair }) }
}

/**
 * Runs a check for as long as it may take. Never throws: what a check does not expect is a finding, too. `onLate` is told of one
 * that was given up; it may be at it still.
 */
export async function runCheck(check: Check, onLate: () => void): Promise<readonly Finding[]> {
  const { name, limitMs = 5000 } = check
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly Finding[]>(resolve => {
    timer = setTimeout(() => {
      onLate()
      resolve([warning(name, `no answer within ${limitMs / 1000} s`, 'a slow disk, or one that is gone?')])
    }, limitMs)
  })
  try {
    return await Promise.race([check.look(), late])
  } catch (error) {
    const todo = error instanceof UserError ? (error.hint ?? null) : 'run it with --debug; please report it'
    return [problem(name, errorText(error), todo)]
  } finally {
    clearTimeout(timer)
  }
}
