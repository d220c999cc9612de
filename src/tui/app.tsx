import { useApp } from 'ink'
import { useEffect } from 'react'
import type { TuiData } from './data.ts'
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
  // Behind the first screen's questions, which are asked before. What can't be caught up with is shown as it is.
  useEffect(() => {
    data.catchUp().catch(() => undefined)
  }, [data])
  const world = { data, onWish: exit }
  return (
    <Pile
      base={placed => <MenuScreen {...placed} {...world} />}
      screenOf={(place, placed) => screenOf(place, { ...placed, ...world })}
      first={first}
      onEnd={exit}
    />
  )
}
