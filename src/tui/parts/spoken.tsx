import { Box, Text, useIsScreenReaderEnabled } from 'ink'
import type { ReactNode } from 'react'
import { spokenText } from './spoken-text.ts'

/** Whether what is drawn is read out by a screen reader (Ink's own mode, INK_SCREEN_READER). */
export const useIsSpoken = useIsScreenReaderEnabled

/** A row of a list. Where it is read out, the chosen one is said to be selected, and what is only drawn is left out. */
export function ListRow({
  isChosen,
  spoken,
  children,
}: {
  readonly isChosen: boolean
  /** What the row says. */
  readonly spoken: string
  readonly children: ReactNode
}) {
  if (!useIsSpoken()) return children
  return (
    <Box aria-state={{ selected: isChosen }} flexShrink={0}>
      <Text>{spokenText(spoken)}</Text>
    </Box>
  )
}
