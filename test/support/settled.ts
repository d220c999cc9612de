import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until a screen has been the same for a while, and has what it was reading. */
export async function settled(frame: () => string | undefined): Promise<void> {
  let last = frame()
  let same = 0
  for (let polls = 0; polls < 500 && same < 4; polls++) {
    await sleep(15)
    const now = frame()
    same = now === last && !now?.includes('reading …') ? same + 1 : 0
    last = now
  }
}
