import { cleanText } from '../../base/clean-text.ts'
import { formatCount, formatDuration, formatTokens, formatUsd, timeText } from '../../base/format.ts'
import { wrapLine } from '../../base/text-width.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { SessionAgent, SessionModel } from '../../features/sessions/detail.ts'
import type { NameCount } from '../../features/sessions/facts.ts'
import type { FoundSession } from '../../features/sessions/find.ts'
import { formatCounted } from '../counted.ts'
import { type Field, renderLayout } from '../layout.ts'
import { shortSessionId } from '../session-id.ts'
import { usageTable } from '../usage/table.ts'
import { clientCostPico } from './fields.ts'
import { notInTranscriptPico, type SessionReport } from './report.ts'

/** One session in full, for people. All text of transcripts is cleaned. */
export function sessionText(report: SessionReport, clock: ZoneClock, width: number | undefined): string {
  const { session, models, components, agents, files, resume } = report
  const parts = [
    `${cleanText(session.title ?? '(untitled)')}\n\n${labelled(about(report, clock), width)}`,
    models.length > 0 ? modelsTable(models, width) : '',
    models.length > 0 ? usageTable(components, clock, width) : '',
    agents.length > 0 ? agentsTable(agents, width) : '',
    labelled(costs(session), width),
    labelled(
      files.map((file, index) => [index === 0 ? 'Files' : '', file.path]),
      width,
    ),
    // On a line of its own and whole, to be copied.
    resume === null ? '' : `Continue it with:\n${resume}`,
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

type Labelled = readonly [label: string, text: string | null]

/** What is known, one line each; what is not is left out. */
function about({ session, facts }: SessionReport, clock: ZoneClock): Labelled[] {
  const time = (iso: string | null) => iso && `${timeText(Date.parse(iso), clock)} (${clock.zone})`
  const also = (last: string | null, all: readonly string[] = []) => {
    const others = all.filter(name => name !== last)
    return joined([last, others.length > 0 ? `before: ${others.join(', ')}` : null])
  }
  const errors = session.toolErrorCount
  return [
    ['Session', session.id],
    ['Project', joined([session.project, session.projectKey])],
    ['Folder', session.cwd],
    ['Moved to', session.resumeCwd === session.cwd ? null : session.resumeCwd],
    ['Type', session.type && `${session.type} (why: csl classify ${shortSessionId(session.id)})`],
    [
      'Marks',
      joined([session.isStarred ? '★' : null, tagsText(session), session.isDeleted ? 'deleted' : null]),
    ],
    ['Machine', joined([session.machine, session.createdBy])],
    ['Client', joined([session.tool, also(session.toolVersion, facts?.versions), list(facts?.entrypoints)])],
    ['Started', time(session.startedAt)],
    ['Ended', time(session.endedAt)],
    ['Lasted', lasted(session)],
    [
      'Prompts',
      joined([
        formatCount(session.promptCount),
        facts?.queuedPrompts ? `${formatCount(facts.queuedPrompts)} queued` : null,
      ]),
    ],
    ['Messages', joined([formatCount(session.apiMessageCount), some(facts?.apiErrors, 'API error')])],
    ['Tools', joined([counts(facts?.tools), errors > 0 ? `${formatCount(errors)} failed` : null])],
    ['Skills', counts(facts?.skills)],
    ['Commands', counts(facts?.slashCommands)],
    ['Subagents', session.subagentCount > 0 ? formatCount(session.subagentCount) : null],
    ['Searches', searches(session, facts?.searchCount ?? 0)],
    ['Compacted', some(facts?.compactions, 'time')],
    ['Branch', also(session.branch, facts?.branches)],
    ['Pull requests', list(facts?.prUrls)],
    ['Malformed', some(facts?.malformedLines, 'line')],
  ]
}

function tagsText({ tags }: FoundSession): string | null {
  return tags.length > 0 ? tags.map(tag => `#${tag}`).join(' ') : null
}

function lasted({ durationMin, activeMin }: FoundSession): string | null {
  if (durationMin === null) return null
  return `${formatDuration(durationMin)}, active ${formatDuration(activeMin ?? 0)}`
}

function searches({ webSearchCount }: FoundSession, aside: number): string | null {
  return joined([
    webSearchCount > 0 ? `${formatCount(webSearchCount)} on the web` : null,
    aside > 0 ? `${formatCount(aside)} by side requests, whose tokens no transcript shows` : null,
  ])
}

function costs(session: FoundSession): Labelled[] {
  const { unpricedCount, unpricedModels, unfinalizedCount, inheritedMessageCount } = session
  const client = clientCostPico(session)
  const missing = notInTranscriptPico(session)
  const inherited = [
    formatCounted(inheritedMessageCount, 'message'),
    `${formatTokens(session.inheritedTokens)} tokens`,
    session.inheritedCostPico === null ? null : formatUsd(session.inheritedCostPico),
  ]
  return [
    ['API price', `${priceText(session)} (list price; a subscription pays nothing per token)`],
    ["Client's sum", client === null ? null : formatUsd(client)],
    ['Not in transcript', missing === null || missing === 0n ? null : formatUsd(missing)],
    [
      'Inherited',
      inheritedMessageCount > 0
        ? `${inherited.filter(part => part !== null).join(', ')}: repeated from other sessions and counted there`
        : null,
    ],
    ['No price for', unpricedCount > 0 ? `${unpricedModels.join(', ')} (see: csl prices)` : null],
    [
      'Unfinalized',
      unfinalizedCount > 0
        ? `${formatCounted(unfinalizedCount, 'message')}, whose output tokens may be a lower bound`
        : null,
    ],
  ]
}

function modelsTable(models: readonly SessionModel[], width: number | undefined): string {
  const column = (title: string, text: (row: SessionModel) => string): Field<SessionModel> => ({
    title,
    align: 'right',
    text,
  })
  const model: Field<SessionModel> = {
    title: 'Model',
    flexible: true,
    minWidth: 12,
    text: row => row.model,
  }
  const messages = column('Messages', row => formatCount(row.messages))
  const input = column('Input', row => formatTokens(row.inputTokens))
  const output = column('Output', row => formatTokens(row.outputTokens))
  const write5m = column('Write 5m', row => formatTokens(row.cacheWrite5mTokens))
  const write1h = column('Write 1h', row => formatTokens(row.cacheWrite1hTokens))
  const read = column('Cache read', row => formatTokens(row.cacheReadTokens))
  const total = column('Total', row => formatTokens(row.totalTokens))
  const price = column('API price', priceText)
  return renderLayout(
    [
      [model, messages, input, output, write5m, write1h, read, total, price],
      [model, messages, input, output, read, total, price],
      [model, messages, total, price],
    ],
    models,
    width,
  )
}

function agentsTable(agents: readonly SessionAgent[], width: number | undefined): string {
  const layout: Field<SessionAgent>[] = [
    { title: 'Subagent', flexible: true, minWidth: 12, text: row => row.agent ?? '(without id)' },
    { title: 'Messages', align: 'right', text: row => formatCount(row.messages) },
    { title: 'Tokens', align: 'right', text: row => formatTokens(row.totalTokens) },
    { title: 'API price', align: 'right', text: priceText },
  ]
  return renderLayout([layout], agents, width)
}

function priceText({ costPico, unpricedCount }: { costPico: bigint | null; unpricedCount: number }): string {
  return formatUsd(costPico, { atLeast: costPico !== null && unpricedCount > 0 })
}

const labelWidth = 19

/** Lines of a label and its text, broken so that they fit. */
function labelled(lines: readonly Labelled[], width: number | undefined): string {
  const room = width === undefined ? undefined : Math.max(20, width - labelWidth)
  return lines
    .filter((line): line is readonly [string, string] => line[1] !== null && line[1] !== '')
    .map(([label, text]) => {
      const wrapped = wrapLine(cleanText(text), room).replaceAll('\n', `\n${' '.repeat(labelWidth)}`)
      return label.padEnd(labelWidth) + wrapped
    })
    .join('\n')
}

function joined(parts: readonly (string | null | undefined)[]): string | null {
  return parts.filter(part => part).join(' · ') || null
}

function some(count: number | undefined, noun: string): string | null {
  return count ? formatCounted(count, noun) : null
}

function list(names: readonly string[] | undefined): string | null {
  return names && names.length > 0 ? names.join(', ') : null
}

function counts(tally: readonly NameCount[] | undefined): string | null {
  return list(tally?.map(([name, count]) => (count === 1 ? name : `${name} ×${formatCount(count)}`)))
}
