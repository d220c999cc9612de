import type { Place } from '../ingest/open-ledger.ts'
import { createTuiData, type TuiOptions } from './data.ts'
import { loadInk } from './load-ink.ts'
import type { Destination, Wish } from './screen.ts'

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
  if (first?.screen === 'sessions') data.sessions.book.begin()
  if (first === undefined) data.beginOverview()
  try {
    const { mount } = await loadInk(() => import('./mount.tsx'))
    return await mount(data, first)
  } finally {
    data.close()
  }
}
