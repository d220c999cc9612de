import { Box, Text } from 'ink'
import { memo } from 'react'
import { RunLine, Swatch } from '../../parts/palette.tsx'
import { useIsSpoken } from '../../parts/spoken.tsx'
import type { Bar, Run } from '../../parts/stacked-bars.ts'
import type { LegendItem } from './series.ts'

/** The drawn chart, and below it what its colours mean. The same chart is not drawn again while bars are chosen. */
export const SeriesChart = memo(function SeriesChart({
  lines,
  legend,
  legendLines,
  legendRows,
  bars,
  hasColor,
}: {
  readonly lines: readonly Run[][]
  /** What the chart shows, for who can't see it. */
  readonly bars: readonly Bar[]
  readonly legend: readonly LegendItem[]
  /** Places of legend items, line by line. */
  readonly legendLines: readonly (readonly number[])[]
  /** As many of them are shown. */
  readonly legendRows: number
  readonly hasColor: boolean
}) {
  if (useIsSpoken()) return <Text>{barsAsText(bars, legend)}</Text>
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

/** The bars that are not empty, each with its value, and what the whole is made of. */
function barsAsText(bars: readonly Bar[], legend: readonly LegendItem[]): string {
  const values = bars.filter(({ value }) => value !== '').map(({ label, value }) => `${label}: ${value}`)
  const parts = legend.map(({ name, value }) => `${name} ${value}`)
  return [values, parts].map(list => list.join(', ')).join('\n')
}
