import { useEffect, useState } from 'react'
import type { TuiData } from '../data.ts'
import { troubleText } from './trouble-text.ts'

/** After another process has written, it may be gone that something is unread: looked at again no more often than that. */
const againMs = 2000

/** Brings what is shown up to date, behind the questions of the first screen. Answers what is still missing, on one line. */
export function useCatchUp(data: TuiData): string | undefined {
  const [note, setNote] = useState<string>()
  useEffect(() => {
    let isWanted = true
    let timer: NodeJS.Timeout | undefined
    let isMissing = false
    const tell = (text: string) => {
      isMissing = text !== ''
      if (isWanted) setNote(isMissing ? text : undefined)
    }
    const run = () => {
      timer = undefined
      data.catchUp().then(
        notes => tell(notes.join(' · ')),
        (error: unknown) => tell(troubleText(error)),
      )
    }
    run()
    const stop = data.onChange(() => {
      if (isMissing) timer ??= setTimeout(run, againMs)
    })
    return () => {
      isWanted = false
      clearTimeout(timer)
      stop()
    }
  }, [data])
  return note
}
