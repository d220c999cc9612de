import { cleanText } from '../../base/clean-text.ts'
import { errorText, UserError } from '../../base/errors.ts'

/** An error on one line, with what to do about it. */
export function troubleText(error: unknown): string {
  const hint = error instanceof UserError && error.hint !== undefined ? ` (${error.hint})` : ''
  return cleanText(`${errorText(error)}${hint}`)
}
