import type { WriteStream } from 'node:tty'
import { Text, useStdout } from 'ink'
import { fills } from './bar-cells.ts'
import type { Run } from './stacked-bars.ts'

/** A colour for each series, neighbours being unlike each other; as many as there are fills. */
const palette = ['cyan', 'magenta', 'yellow', 'blue', 'green', 'red', 'white', 'gray'] as const

/** Whether the terminal shows colours, and the person wants them (NO_COLOR). */
export function useHasColor(): boolean {
  const { stdout } = useStdout()
  // A stream that is no terminal can't be asked.
  return (stdout as Partial<WriteStream>).hasColors?.() ?? false
}

/** One line of a chart. */
export function RunLine({ runs }: { runs: readonly Run[] }) {
  return (
    <Text wrap="truncate-end">
      {runs.map(({ text, color, background }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: runs have no other name than their place
        <Text key={at} {...colorOf('color', color)} {...colorOf('backgroundColor', background)}>
          {text}
        </Text>
      ))}
    </Text>
  )
}

/** What stands for a series in a legend: its colour, or without colours its fill. */
export function Swatch({ series, hasColor }: { series: number; hasColor: boolean }) {
  return hasColor ? <Text {...colorOf('color', series)}>█</Text> : <Text>{fills[series] ?? '.'}</Text>
}

function colorOf(property: 'color' | 'backgroundColor', series: number | null): Record<string, string> {
  const color = series === null ? undefined : palette[series % palette.length]
  return color === undefined ? {} : { [property]: color }
}
