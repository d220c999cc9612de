/** Exit codes of every command; `csl --help` lists them. Hooks always end with 0. */
export const exitCode = { ok: 0, failure: 1, usage: 2, bug: 70, busy: 75, interrupted: 130 } as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Something the person can put right: one line that says what happened, a hint that says what to do next. */
export class UserError extends Error {
  readonly hint: string | undefined
  readonly code: ExitCode

  constructor(message: string, hint?: string, code: ExitCode = exitCode.failure) {
    super(message)
    this.name = 'UserError'
    this.hint = hint
    this.code = code
  }
}

/** The words on the command line can't be carried out as written: exit code 2. */
export class UsageError extends UserError {
  constructor(message: string, hint?: string) {
    super(message, hint, exitCode.usage)
    this.name = 'UsageError'
  }
}

/** The `code` of a file system or process error (`ENOENT`, …), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The message of anything thrown, on one line. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').trim()
}

/** What the system refused, whoever met it, is for the person to put right; undefined for any other error. */
export function systemTrouble(error: unknown): UserError | undefined {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError('the disk is full', 'make room and run the command again')
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EIO':
      return new UserError(errorText(error), 'check permissions and the disk')
    default:
      return undefined
  }
}
