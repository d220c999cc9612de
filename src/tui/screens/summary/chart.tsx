import { Box, Text } from 'ink'
import { memo } from 'react'
import { RunLine, Swatch } from '../../parts/palette.tsx'
import type { Run } from '../../parts/stacked-bars.ts'
import type { LegendItem } from './series.ts'

/** The drawn chart, and below it what its colours mean. The same chart is not drawn again while bars are chosen. */
export const SeriesChart = memo(function SeriesChart({
  lines,
  legend,
  legendLines,
  legendRows,
  hasColor,
}: {
  readonly lines: readonly Run[][]
  readonly legend: readonly LegendItem[]
  /** Places of legend items, line by line. */
  readonly legendLines: readonly (readonly number[])[]
  /** As many of them are shown. */
  readonly legendRows: number
  readonly hasColor: boolean
}) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((runs, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of a chart is its place
        <RunLine key={row} runs={runs} />
      ))}
      {legendLines.slice(0, legendRows).map(places => (
        <Text key={places.join()} wrap="truncate-end">
          {places.map((place, at) => (
            <Text key={place}>
              {at > 0 && '   '}
              <Swatch series={place} hasColor={hasColor} />
              {` ${legend[place]?.name} ${legend[place]?.value}`}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  )
})
