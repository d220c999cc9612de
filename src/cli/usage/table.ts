import { formatCount, formatTokens, formatUsd } from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import { type ComponentRow, componentLabels } from '../../features/usage/by-component.ts'
import type { GroupKind, GroupRow } from '../../features/usage/by-group.ts'
import type { PeriodRow } from '../../features/usage/by-period.ts'
import type { UsageSummary } from '../../features/usage/summary.ts'
import type { UsageSums } from '../../features/usage/sums.ts'
import { type Field, renderLayout } from '../layout.ts'
import { shortSessionId } from '../session-id.ts'
import { noTime, unknown } from './fields.ts'

/** The report as a table that fits `width` columns, with the totals below. */
export function usageTable(summary: UsageSummary, clock: ZoneClock, width: number | undefined): string {
  const { totals } = summary
  switch (summary.kind) {
    case 'period': {
      const { unit, rows } = summary
      const label = (row: PeriodRow) => (row.startMs === null ? noTime : clock.label(unit, row.startMs))
      const title = unit.charAt(0).toUpperCase() + unit.slice(1)
      return renderLayout(layouts<PeriodRow>([{ title, text: label, total: 'Total' }], totals), rows, width)
    }
    case 'group':
      return renderLayout(groupLayouts(summary.by, summary.rows, totals), summary.rows, width)
    case 'component':
      return renderLayout([componentFields(totals)], summary.rows, width)
  }
}

function groupLayouts(by: GroupKind, rows: readonly GroupRow[], totals: UsageSums): Field<GroupRow>[][] {
  const found = layouts(groupHeads(by, rows), totals)
  if (by !== 'session') return found
  // A session is one session: no use in counting it.
  const kept = found.map(layout => layout.filter(field => field.title !== 'Sessions'))
  const narrowest = kept
    .slice(-1)
    .map(layout =>
      layout.filter(field => field.title !== 'Project').map(field => ({ ...field, minWidth: 8 })),
    )
  return [...kept, ...narrowest]
}

function groupHeads(by: GroupKind, rows: readonly GroupRow[]): Field<GroupRow>[] {
  switch (by) {
    case 'session':
      return [
        { title: 'Session', text: row => shortSessionId(row.key ?? unknown), total: 'Total' },
        { title: 'Title', flexible: true, minWidth: 20, text: row => row.label ?? '' },
        { title: 'Project', flexible: true, minWidth: 10, text: row => row.project ?? unknown },
      ]
    case 'project': {
      // Two projects can have one name: then the key tells them apart.
      const names = rows.map(row => row.label)
      const isTwice = (row: GroupRow) => names.indexOf(row.label) !== names.lastIndexOf(row.label)
      const text = (row: GroupRow) =>
        row.key !== null && isTwice(row) ? `${row.label} (${row.key})` : (row.label ?? row.key ?? unknown)
      return [{ title: 'Project', flexible: true, minWidth: 12, text, total: 'Total' }]
    }
    default: {
      const title = by.charAt(0).toUpperCase() + by.slice(1)
      const text = (row: GroupRow) => row.label ?? row.key ?? unknown
      return [{ title, flexible: true, minWidth: 12, text, total: 'Total' }]
    }
  }
}

/** From the widest to the narrowest. */
function layouts<Row extends UsageSums>(heads: readonly Field<Row>[], totals: UsageSums): Field<Row>[][] {
  const column = (title: string, text: (sums: UsageSums) => string): Field<Row> => ({
    title,
    align: 'right',
    text,
    total: text(totals),
  })
  const sessions = column('Sessions', sums => formatCount(sums.sessions))
  const messages = column('Messages', sums => formatCount(sums.messages))
  const input = column('Input', sums => formatTokens(sums.input))
  const output = column('Output', sums => formatTokens(sums.output))
  const write5m = column('Write 5m', sums => formatTokens(sums.cacheWrite5m))
  const write1h = column('Write 1h', sums => formatTokens(sums.cacheWrite1h))
  const write = column('Cache write', sums => formatTokens(sums.cacheWrite5m + sums.cacheWrite1h))
  const read = column('Cache read', sums => formatTokens(sums.cacheRead))
  const total = column('Total', sums => formatTokens(sums.totalTokens))
  const price = column('API price', sums => formatUsd(sums.costPico, { atLeast: sums.unpricedCount > 0 }))
  return [
    [sessions, messages, input, output, write5m, write1h, read, total, price],
    [sessions, messages, input, output, write, read, total, price],
    [sessions, input, output, write, read, total, price],
    [input, output, write, read, total, price],
    [total, price],
  ].map(columns => [...heads, ...columns])
}

function componentFields(totals: UsageSums): Field<ComponentRow>[] {
  return [
    { title: 'Component', text: row => componentLabels[row.component], total: 'Total' },
    {
      title: 'Tokens',
      align: 'right',
      text: row => (row.component === 'web-search' ? formatCount(row.quantity) : formatTokens(row.quantity)),
      total: formatTokens(totals.totalTokens),
    },
    {
      title: 'API price',
      align: 'right',
      text: row => formatUsd(row.costPico, { atLeast: row.unpricedQuantity > 0 }),
      total: formatUsd(totals.costPico, { atLeast: totals.unpricedCount > 0 }),
    },
  ]
}
