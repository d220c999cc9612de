import { Box, Text } from 'ink'
import { useMemo } from 'react'
import { barRows } from '../../parts/bar-rows.ts'
import { ListRow } from '../../parts/spoken.tsx'
import type { BreakdownBar } from './breakdown.ts'

/** As many bars as there are rows, the chosen one among them. */
export function BarList({
  bars,
  chosen,
  rows,
  columns,
}: {
  readonly bars: readonly BreakdownBar[]
  readonly chosen: number
  readonly rows: number
  readonly columns: number
}) {
  const top = Math.max(0, Math.min(chosen - Math.floor(rows / 2), bars.length - rows))
  // All are laid out, so that names and lengths stay where they are while the list moves.
  const all = useMemo(() => barRows(bars, columns - 2), [bars, columns])
  const drawn = all.slice(top, top + rows)
  return (
    <Box flexDirection="column" flexShrink={0}>
      {drawn.map(({ label, bar, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two bars can have one name
        <ListRow key={at} isChosen={top + at === chosen} spoken={`${label} ${value}`}>
          <Text wrap="truncate-end" bold={top + at === chosen}>
            {[`${top + at === chosen ? '›' : ' '} ${label}`, ...(bar === '' ? [] : [bar]), value].join(' ')}
          </Text>
        </ListRow>
      ))}
    </Box>
  )
}
