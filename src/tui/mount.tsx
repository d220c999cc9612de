import { render } from 'ink'
import { App } from './app.tsx'
import type { TuiData } from './data.ts'
import type { Destination, Wish } from './screen.ts'

/** Draws the app on the terminal's other screen until it is left. Resolves with the person's wish, if they had one. */
export async function mount(data: TuiData, first: Destination | undefined): Promise<Wish | undefined> {
  const app = render(<App data={data} first={first} />, {
    // Whoever calls has made sure of a terminal; Ink would doubt it where a variable CI is set.
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 60,
  })
  const wish = await app.waitUntilExit()
  return isWish(wish) ? wish : undefined
}

function isWish(value: unknown): value is Wish {
  return typeof value === 'object' && value !== null && 'kind' in value
}
