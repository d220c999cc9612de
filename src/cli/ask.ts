import { exitCode, UsageError, UserError } from '../base/errors.ts'

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Throws a UsageError where there is nobody to ask. */
export function refuseWithoutTerminal(): void {
  if (!canAsk()) throw new UsageError('there is no terminal to ask on', 'say --yes if that is what you want')
}

/** A question to be answered with yes or no; Enter takes `initial`. */
export async function askYesNo(question: string, initial = false): Promise<boolean> {
  refuseWithoutTerminal()
  const { confirm } = await import('@clack/prompts')
  return answered(await confirm({ message: question, initialValue: initial, output: process.stderr }))
}

/** A line of text, trimmed; `problemOf` says what is wrong with it, which is asked again. */
export async function askText(
  question: string,
  options: { readonly placeholder?: string; readonly problemOf?: (text: string) => string | undefined } = {},
): Promise<string> {
  refuseWithoutTerminal()
  const { text } = await import('@clack/prompts')
  const { placeholder = '', problemOf } = options
  const answer = await text({
    message: question,
    placeholder,
    validate: value => problemOf?.(value?.trim() ?? ''),
    output: process.stderr,
  })
  return answered(answer).trim()
}

/** As `askText`, but what is typed is not shown. */
export async function askSecret(
  question: string,
  problemOf: (text: string) => string | undefined,
): Promise<string> {
  refuseWithoutTerminal()
  const { password } = await import('@clack/prompts')
  const answer = await password({
    message: question,
    // Not even how long it is.
    mask: '',
    validate: value => problemOf(value?.trim() ?? ''),
    clearOnError: true,
    output: process.stderr,
  })
  return answered(answer).trim()
}

/** Ctrl-C and Esc end everything. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (!isAnswer(answer)) throw new InterruptedError('stopped')
  return answer
}

function isAnswer<T>(answer: T): answer is Exclude<T, symbol> {
  return typeof answer !== 'symbol'
}

/** Says, where a question is stopped, what that leaves behind. */
export async function orStopped<T>(asking: Promise<T>, state: string): Promise<T> {
  try {
    return await asking
  } catch (error) {
    throw error instanceof InterruptedError ? new InterruptedError(error.message, state) : error
  }
}

/** The person stopped it: exit code 130. */
export class InterruptedError extends UserError {
  constructor(message: string, hint?: string) {
    super(message, hint, exitCode.interrupted)
    this.name = 'InterruptedError'
  }
}
