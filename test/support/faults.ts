import { seededRandom } from './random.ts'

/** What goes wrong at a statement of a remote; where it is executed, it is so in full. */
export type Trouble =
  | { readonly do: 'delay'; readonly ms: number }
  /** No answer, ever. */
  | { readonly do: 'stall' }
  /** The connection breaks, and the statement was not executed. */
  | { readonly do: 'reset before' }
  /** The connection breaks after the statement was executed: the reply is lost. */
  | { readonly do: 'reset after' }
  /** An error, and the statement was not executed. */
  | { readonly do: 'error'; readonly text?: string; readonly sqlState?: string }
  /** An error, though the statement was executed. */
  | { readonly do: 'error after'; readonly text?: string; readonly sqlState?: string }
  | { readonly do: 'full' }
  | { readonly do: 'refuse login' }

/**
 * A trouble at the n-th statement (for 'refuse login': at the n-th login), counted from 1 over all connections since the
 * plan was made or set; at `times` statements in a row, 1 if absent.
 */
export type Fault = Trouble & { readonly at: number; readonly times?: number }

export interface FaultPlan {
  /** Counts a statement; answers what goes wrong with it. */
  statement(): Trouble | undefined
  /** Counts a login; answers whether it is refused. */
  login(): boolean
  /** Puts other faults in place of the old; counting for them begins anew. */
  set(faults: readonly Fault[]): void
  /** Statements since the plan was made. */
  statements(): number
}

export function createFaultPlan(faults: readonly Fault[] = []): FaultPlan {
  let planned = faults
  let total = 0
  let statements = 0
  let logins = 0
  const at = (count: number, isLogin: boolean) =>
    planned.find(
      fault =>
        (fault.do === 'refuse login') === isLogin &&
        count >= fault.at &&
        count < fault.at + (fault.times ?? 1),
    )
  return {
    statement() {
      total++
      return at(++statements, false)
    },
    login: () => at(++logins, true) !== undefined,
    set(others) {
      planned = others
      statements = 0
      logins = 0
    },
    statements: () => total,
  }
}

/** Faults at random statements from 1 to `upTo`, about one in `every`; the same again for the same seed. */
export function seededFaults(seed: number, upTo: number, every: number): Fault[] {
  const random = seededRandom(seed)
  const troubles: readonly Trouble[] = [
    { do: 'delay', ms: 5 },
    { do: 'reset before' },
    { do: 'reset after' },
    { do: 'error' },
    { do: 'full' },
  ]
  const faults: Fault[] = []
  for (let at = 1; at <= upTo; at++) {
    const trouble = troubles[Math.floor(random() * troubles.length)]
    if (random() * every < 1 && trouble) faults.push({ ...trouble, at })
  }
  return faults
}

/** What is said at a trouble that has words. */
export function textOf(trouble: Trouble): string {
  if (trouble.do === 'full') return 'IO Error: Could not write file: No space left on device'
  if (trouble.do === 'error' || trouble.do === 'error after')
    return trouble.text ?? 'TransactionContext Error: Failed to commit: write-write conflict'
  return 'Connection terminated'
}

/** Fails while it runs: an error that DuckDB finds before, such as a wrong name, leaves a transaction as it was. */
export const failing = `SELECT error('planned ' || i) FROM range(1) t(i)`
