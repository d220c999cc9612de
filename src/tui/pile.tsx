import { Box, useWindowSize } from 'ink'
import { type ReactNode, useState } from 'react'
import { ProgramKeys, useKeyQueue } from './parts/screen-keys.ts'
import type { Destination, Size } from './screen.ts'

/** What a screen is told by where it stands in the pile. It draws all of `size`. */
export interface PlacedProps {
  readonly size: Size
  /** Only the screen on top takes keys; those below stay mounted, so that going back finds them as they were. */
  readonly isActive: boolean
  readonly onBack: () => void
  readonly onOpen: (destination: Destination) => void
}

interface PileProps {
  /** The lowest screen: going back from it ends the pile. */
  readonly base: (props: PlacedProps) => ReactNode
  readonly screenOf: (destination: Destination, props: PlacedProps) => ReactNode
  /** Opened over the lowest at the start. */
  readonly first?: Destination | undefined
  readonly onEnd: () => void
}

/** Screens one over the other: only the one on top is seen and takes keys. */
export function Pile({ base, screenOf, first, onEnd }: PileProps) {
  const size = useWindowSize()
  const keys = useKeyQueue({ isActive: true })
  const [opened, setOpened] = useState<readonly Opened[]>(first ? [{ level: 1, place: first }] : [])
  // Not before somebody goes back to it: who opens another screen at once waits for one screen alone.
  const [hasBase, setHasBase] = useState(first === undefined)
  if (!hasBase && opened.length === 0) setHasBase(true)
  const goTo = (change: (pile: readonly Opened[]) => readonly Opened[]) => {
    // What is typed from now on is meant for the screen that comes.
    keys.hold()
    setOpened(change)
  }
  const propsOf = (level: number): PlacedProps => ({
    size,
    isActive: level === opened.length,
    onBack: () => (level === 0 ? onEnd() : goTo(pile => pile.slice(0, level - 1))),
    onOpen: place => goTo(pile => [...pile.slice(0, level), { level: level + 1, place }]),
  })
  return (
    <ProgramKeys value={keys}>
      <Box flexDirection="column" height={size.rows}>
        {hasBase && <Box display={opened.length === 0 ? 'flex' : 'none'}>{base(propsOf(0))}</Box>}
        {opened.map(({ level, place }) => (
          <Box key={level} display={level === opened.length ? 'flex' : 'none'}>
            {screenOf(place, propsOf(level))}
          </Box>
        ))}
      </Box>
    </ProgramKeys>
  )
}

/** A screen in the pile; the lowest is level 0. */
interface Opened {
  readonly level: number
  readonly place: Destination
}
