import { useApp } from 'ink'
import type { TuiData } from './data.ts'
import { useCatchUp } from './parts/use-catch-up.ts'
import { Pile } from './pile.tsx'
import type { Destination } from './screen.ts'
import { MenuScreen } from './screens/menu/screen.tsx'
import { screenOf } from './screens.tsx'

interface AppProps {
  readonly data: TuiData
  /** Opened over the menu at the start. */
  readonly first: Destination | undefined
}

/** The menu with the open screens upon it. */
export function App({ data, first }: AppProps) {
  const { exit } = useApp()
  const world = { data, missing: useCatchUp(data), onWish: exit }
  return (
    <Pile
      base={placed => <MenuScreen {...placed} {...world} />}
      screenOf={(place, placed) => screenOf(place, { ...placed, ...world })}
      first={first}
      onEnd={exit}
    />
  )
}
