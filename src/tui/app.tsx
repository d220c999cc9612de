import { Box, useApp, useWindowSize } from 'ink'
import { useEffect, useState } from 'react'
import type { TuiData } from './data.ts'
import type { Destination, ScreenProps } from './screen.ts'
import { MenuScreen } from './screens/menu/screen.tsx'
import { screenOf } from './screens.tsx'

interface AppProps {
  readonly data: TuiData
  /** Opened over the menu at the start. */
  readonly first: Destination | undefined
}

/** The menu with the open screens upon it: only the one on top is seen and takes keys. */
export function App({ data, first }: AppProps) {
  const { exit } = useApp()
  const size = useWindowSize()
  const [opened, setOpened] = useState<readonly Opened[]>(first ? [{ level: 1, place: first }] : [])
  // Behind the first screen's questions, which are asked before. What can't be caught up with is shown as it is.
  useEffect(() => {
    data.catchUp().catch(() => undefined)
  }, [data])
  const propsOf = (level: number): ScreenProps => ({
    data,
    size,
    isActive: level === opened.length,
    onBack: () => (level === 0 ? exit() : setOpened(pile => pile.slice(0, level - 1))),
    onOpen: place => setOpened(pile => [...pile.slice(0, level), { level: level + 1, place }]),
    onWish: wish => exit(wish),
  })
  return (
    <Box flexDirection="column" height={size.rows}>
      <Box display={opened.length === 0 ? 'flex' : 'none'}>
        <MenuScreen {...propsOf(0)} />
      </Box>
      {opened.map(({ level, place }) => (
        <Box key={level} display={level === opened.length ? 'flex' : 'none'}>
          {screenOf(place, propsOf(level))}
        </Box>
      ))}
    </Box>
  )
}

/** A screen in the pile; the menu is level 0. */
interface Opened {
  readonly level: number
  readonly place: Destination
}
