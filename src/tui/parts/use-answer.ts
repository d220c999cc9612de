import { useEffect, useState } from 'react'
import { cleanText } from '../../base/clean-text.ts'
import { errorText, UserError } from '../../base/errors.ts'
import type { TuiData } from '../data.ts'

/** What a question came to: the last answer stays while it is asked again, or cannot be. */
export interface Answer<T> {
  readonly value: T | undefined
  /** Why there is none, or why it is not the newest. */
  readonly trouble: string | undefined
}

/** Asks at once and whenever another process has written. `ask` must be the same function as long as it asks the same. */
export function useAnswer<T>(data: TuiData, ask: () => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, trouble: undefined })
  useEffect(() => {
    let isWanted = true
    const run = () => {
      ask().then(
        value => isWanted && setAnswer({ value, trouble: undefined }),
        (error: unknown) => isWanted && setAnswer(({ value }) => ({ value, trouble: troubleText(error) })),
      )
    }
    run()
    const stop = data.onChange(run)
    return () => {
      isWanted = false
      stop()
    }
  }, [data, ask])
  return answer
}

/** An error on one line, with what to do about it. */
export function troubleText(error: unknown): string {
  const hint = error instanceof UserError && error.hint !== undefined ? ` (${error.hint})` : ''
  return cleanText(`${errorText(error)}${hint}`)
}
