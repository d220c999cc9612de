import { useEffect, useState } from 'react'
import { StoreBusyError } from '../../store/open.ts'
import type { TuiData } from '../data.ts'
import { askAgainMs } from '../store-door.ts'
import { troubleText } from './trouble-text.ts'

/** What a question came to: the last answer stays while it is asked again, or cannot be. */
export interface Answer<T> {
  readonly value: T | undefined
  /** Why there is none, or why it is not the newest. */
  readonly trouble: string | undefined
}

/**
 * Asks at once and whenever another process has written; while one holds the database, again and again. A screen that is
 * not on top asks nothing. `ask` must be the same function as long as it asks the same.
 */
export function useAnswer<T>(data: TuiData, ask: () => Promise<T>, isActive = true): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, trouble: undefined })
  useEffect(() => {
    if (!isActive) return
    let isWanted = true
    let timer: NodeJS.Timeout | undefined
    const run = () => {
      clearTimeout(timer)
      ask().then(
        value => isWanted && setAnswer({ value, trouble: undefined }),
        (error: unknown) => {
          if (!isWanted) return
          setAnswer(({ value }) => ({ value, trouble: troubleText(error) }))
          if (error instanceof StoreBusyError) timer = setTimeout(run, askAgainMs)
        },
      )
    }
    run()
    const stop = data.onChange(run)
    return () => {
      isWanted = false
      clearTimeout(timer)
      stop()
    }
  }, [data, ask, isActive])
  return answer
}
