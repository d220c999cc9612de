import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from '../ingest/open-ledger.ts'
import { createTuiData, type TuiOptions } from './data.ts'
import { loadInk } from './load-ink.ts'
import type { Destination, Wish } from './screen.ts'
import type { SessionBook } from './screens/sessions/book.ts'

/**
 * Opens the full-screen program and resolves when it is left and the terminal is as it was before, with what is to be
 * done then. Needs a terminal on stdin and stdout.
 */
export async function startTui(
  place: Place,
  options: TuiOptions,
  first?: Destination,
): Promise<Wish | undefined> {
  const data = createTuiData(place, options)
  // Asked before what draws is loaded, which takes as long as the answer.
  const answer = first?.screen === 'sessions' ? firstRows(data.sessions.book) : data.beginOverview()
  try {
    const { mount } = await loadInk(() => import('./mount.tsx'))
    // One frame with an answer is there sooner than one without it and then another.
    await Promise.race([answer, sleep(longestWaitMs)])
    return await mount(data, first)
  } finally {
    await data.close()
  }
}

/** Nobody takes this for a program that does not start. */
const longestWaitMs = 80

/** Resolves when there are sessions to be shown, or it is known why not. */
function firstRows(book: SessionBook): Promise<void> {
  return new Promise(resolve => {
    const stop = book.subscribe(() => {
      stop()
      resolve()
    })
  })
}
