import { App } from './app.tsx'
import type { TuiData } from './data.ts'
import { drawFullScreen } from './draw.tsx'
import type { Destination, Wish } from './screen.ts'

/** Draws the app until it is left. Resolves with the person's wish, if they had one. */
export async function mount(data: TuiData, first: Destination | undefined): Promise<Wish | undefined> {
  const wish = await drawFullScreen(<App data={data} first={first} />)
  return isWish(wish) ? wish : undefined
}

function isWish(value: unknown): value is Wish {
  return typeof value === 'object' && value !== null && 'kind' in value
}
