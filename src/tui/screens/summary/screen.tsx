import { Box, Text } from 'ink'
import { useCallback, useMemo, useState } from 'react'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { useHasColor } from '../../parts/palette.tsx'
import { useKeys } from '../../parts/screen-keys.ts'
import { stackedBars } from '../../parts/stacked-bars.ts'
import { useAnswer } from '../../parts/use-answer.ts'
import { useLiveReducer } from '../../parts/use-live-reducer.ts'
import type { ScreenProps } from '../../screen.ts'
import { BarList } from './bar-list.tsx'
import { breakdownBars } from './breakdown.ts'
import { SeriesChart } from './chart.tsx'
import { sessionsBehind } from './drill-down.ts'
import { breakdownNames, type SummaryCommand, summaryKeys } from './keys.ts'
import { legendLines, summaryLayout } from './layout.ts'
import { stackedSeries } from './series.ts'
import { chosenBar, firstSummary, nextSummary, type SummaryEvent, type SummaryState } from './state.ts'
import { cautions, spanText, totalsText } from './words.ts'

/** Where the tokens and the money went: a span by hours, days or months and models, and by something else below. */
export function SummaryScreen({ data, size, isActive, onBack, onOpen }: ScreenProps) {
  const { clock } = data
  const hasColor = useHasColor()
  const reduce = useCallback(
    (before: SummaryState, event: SummaryEvent) => nextSummary(before, event, { clock, nowMs: data.now() }),
    [clock, data],
  )
  const [first] = useState(() => firstSummary({ clock, nowMs: data.now() }))
  const [state, dispatch, latest] = useLiveReducer(reduce, first)
  const { span, by, amount } = state
  const ask = useCallback(
    async () => ({ span, by, overview: await data.readUsage({ span, by }) }),
    [data, span, by],
  )
  // What is drawn is of one answer: until there is a new one, all that is seen is of the old question.
  const { value: shown, trouble } = useAnswer(data, ask)
  const isLate = shown !== undefined && (shown.span !== span || shown.by !== by)
  // Other bars of the same time leave the chart as it is.
  const { span: spanShown, overview: { series: rowsShown } = {} } = shown ?? {}
  const series = useMemo(
    () => spanShown && rowsShown && stackedSeries(rowsShown, { span: spanShown, amount, clock }),
    [spanShown, rowsShown, amount, clock],
  )
  const bars = useMemo(() => (shown ? breakdownBars(shown.overview.breakdown, amount) : []), [shown, amount])
  const chosen = chosenBar(state, bars.length)

  const act = (command: SummaryCommand) => {
    if (command === 'back') return onBack()
    if (command === 'help') return onOpen({ screen: 'help', sections: help })
    if (command !== 'open') return dispatch(eventOf(command, bars.length))
    const bar = bars[chosenBar(latest(), bars.length)]
    if (shown && bar)
      onOpen({ screen: 'sessions', query: sessionsBehind({ by: shown.by, key: bar.key }, shown.span, clock) })
  }
  useKeys(summaryKeys, act, { isActive })

  const { columns, rows } = size
  const notes = [
    ...(trouble === undefined ? [] : [trouble]),
    ...(shown ? cautions(shown.overview.totals) : []),
  ]
  const legend = useMemo(() => legendLines(series?.legend ?? [], columns), [series, columns])
  const hasUsage = shown !== undefined && shown.overview.series.length > 0
  const wanted = { legend: legend.length, cautions: notes.length, bars: bars.length }
  // A chart that has no room gives its lines to the bars.
  const layoutWith = (hasChart: boolean) => summaryLayout(Math.max(0, rows - 2), { ...wanted, hasChart })
  const roomy = layoutWith(hasUsage)
  const drawn = useMemo(
    () => series && roomy.chart > 0 && stackedBars(series.bars, { columns, rows: roomy.chart, hasColor }),
    [series, columns, roomy.chart, hasColor],
  )
  const layout = drawn ? roomy : layoutWith(false)
  // There is nothing to show, and room to say why.
  const isStuck = shown === undefined && trouble !== undefined
  const title = `Summary · ${spanText(shown?.span ?? span, clock)} · ${amount}`

  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header title={title} aside={isLate ? 'reading …' : '? keys'} columns={columns} />
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {isStuck && <Text>{trouble}</Text>}
        {!isStuck && layout.totals > 0 && (
          <Text wrap="truncate-end">{shown ? totalsText(shown.overview.totals) : 'reading …'}</Text>
        )}
        {drawn && series && (
          <SeriesChart
            lines={drawn}
            bars={series.bars}
            legend={series.legend}
            legendLines={legend}
            legendRows={layout.legend}
            hasColor={hasColor}
          />
        )}
        {(isStuck ? [] : notes.slice(0, layout.cautions)).map(note => (
          <Text key={note} wrap="truncate-end" {...(hasColor ? { color: 'yellow' } : {})}>
            {note}
          </Text>
        ))}
        {layout.heading > 0 && (
          <Text bold wrap="truncate-end">
            {hasUsage
              ? `By ${breakdownNames[shown.by]} (${chosen + 1} of ${bars.length})`
              : shown && 'Nothing was used in this time.'}
          </Text>
        )}
        {hasUsage && <BarList bars={bars} chosen={chosen} rows={layout.bars} columns={columns} />}
      </Box>
      {rows > 1 && <KeyHints table={summaryKeys} columns={columns} />}
    </Box>
  )
}

const help = [{ title: 'Keys of the summary', table: summaryKeys }]

function eventOf(command: Exclude<SummaryCommand, 'back' | 'open' | 'help'>, bars: number): SummaryEvent {
  switch (command) {
    case 'day':
    case 'month':
    case 'year':
      return { type: 'span', kind: command }
    case 'before':
    case 'after':
      return { type: 'neighbour', side: command }
    case 'now':
    case 'amount':
      return { type: command }
    case 'next breakdown':
      return { type: 'breakdown', step: 1 }
    case 'last breakdown':
      return { type: 'breakdown', step: -1 }
    case 'up':
      return { type: 'move', step: -1, bars }
    case 'down':
      return { type: 'move', step: 1, bars }
    case 'page up':
      return { type: 'move', step: -10, bars }
    case 'page down':
      return { type: 'move', step: 10, bars }
    default:
      return command satisfies never
  }
}
