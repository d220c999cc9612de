import { dropSeparators } from '../../base/separators.ts'
import { type Cell, type Db, isOneOf } from '../../store/query.ts'
import { sessionFacts } from '../../store/tables.ts'
import type { Writer } from '../../store/writer.ts'
import type { Transcript, TranscriptFacts } from '../../transcripts/transcript.ts'
import { compareReadings, foldFacts, type MemberFacts, type SessionFacts, storedFacts } from './facts.ts'
import { type ProjectKey, type ProjectKeyKind, strongerKey } from './project-key.ts'

const factColumns = Object.keys(sessionFacts.columns)

/**
 * Keeps what transcripts say besides their usage: the best reading of each file, and one row of `session_facts` a
 * session, which gets a new `seq` only if something in it changed. Call it inside a transaction.
 * Answers the sessions that changed.
 */
export async function recordFacts(
  db: Db,
  {
    writer,
    transcripts,
    projectOf,
  }: {
    writer: Writer
    transcripts: readonly Transcript[]
    projectOf: (cwd: string | null) => ProjectKey
  },
): Promise<Set<string>> {
  const members = await recordMembers(db, transcripts)
  if (members.size === 0) return new Set()
  const known = await readKnown(db, writer, [...members.keys()])
  const rows: Cell[][] = []
  const touched = new Set<string>()
  for (const [sessionId, [first, ...rest]] of members) {
    const before = known.get(sessionId)
    const folded = foldFacts([first, ...rest])
    const project = strongerKey(before?.project ?? nothing, projectOf(folded.cwd))
    const cells = factCells({
      ...folded,
      project: project.project,
      projectKey: project.key,
      projectKeyKind: project.kind,
    })
    const content = JSON.stringify(cells)
    if (before?.content === content) continue
    touched.add(sessionId)
    const { personId, personName } = writer.identity
    rows.push([writer.id, writer.nextSeq(), sessionId, ...cells, personId, personName])
  }
  const replaced = [...touched].filter(sessionId => known.has(sessionId))
  if (replaced.length > 0) {
    await db.run(
      `DELETE FROM session_facts WHERE writer_id = $writerId AND ${isOneOf('session_id', 'replaced', replaced)}`,
      { writerId: writer.id, replaced },
    )
  }
  await db.append('session_facts', factColumns, rows)
  return touched
}

const nothing: ProjectKey = { project: null, key: null, kind: null }

type Members = Map<string, [MemberFacts, ...MemberFacts[]]>

/** Keeps the best reading of each file. Answers all files of the sessions of which one got better. */
async function recordMembers(db: Db, transcripts: readonly Transcript[]): Promise<Members> {
  const best = new Map<string, MemberFacts>()
  for (const { sessionId, member, tool, facts } of transcripts) {
    const seen: MemberFacts = { sessionId, member, tool, facts: storedFacts(facts) }
    const key = keyOf(seen)
    const other = best.get(key)
    if (!other || compareReadings(seen.facts, other.facts) > 0) best.set(key, seen)
  }
  const ids = [...new Set(transcripts.map(transcript => transcript.sessionId))]
  const known = new Map((await readMembers(db, ids)).map(member => [keyOf(member), member]))
  const better = [...best.values()].filter(seen => {
    const before = known.get(keyOf(seen))
    return !before || compareReadings(seen.facts, before.facts) > 0
  })
  const replaced = better.filter(seen => known.has(keyOf(seen)))
  if (replaced.length > 0) {
    await db.run(
      `DELETE FROM transcript_facts WHERE (session_id, member) IN (
         SELECT (session_id, member) FROM (SELECT unnest(from_json($keys, '[{"session_id":"VARCHAR","member":"VARCHAR"}]'), recursive := true)))`,
      { keys: JSON.stringify(replaced.map(seen => ({ session_id: seen.sessionId, member: seen.member }))) },
    )
  }
  await db.append(
    'transcript_facts',
    ['session_id', 'member', 'tool', 'lines', 'facts'],
    better.map(seen => [
      seen.sessionId,
      seen.member,
      seen.tool,
      seen.facts.lines,
      JSON.stringify(seen.facts),
    ]),
  )
  for (const seen of better) known.set(keyOf(seen), seen)
  const changed = new Set(better.map(seen => seen.sessionId))
  return groupMembers([...known.values()].filter(member => changed.has(member.sessionId)))
}

function groupMembers(members: readonly MemberFacts[]): Members {
  const groups: Members = new Map()
  for (const member of members) {
    const group = groups.get(member.sessionId)
    if (group) group.push(member)
    else groups.set(member.sessionId, [member])
  }
  return groups
}

function keyOf(member: MemberFacts): string {
  return `${member.sessionId}\n${member.member}`
}

async function readMembers(db: Db, ids: readonly string[]): Promise<MemberFacts[]> {
  const rows = await db.rows<{ sessionId: string; member: string; tool: string; facts: string }>(
    `SELECT session_id, member, tool, facts FROM transcript_facts WHERE ${isOneOf('session_id', 'ids', ids)}`,
    { ids },
  )
  return rows.map(row => ({ ...row, facts: JSON.parse(row.facts) as TranscriptFacts }))
}

interface KnownFacts {
  readonly content: string
  readonly project: ProjectKey
}

/** This writer's rows of the sessions, as the text they would be compared by. */
async function readKnown(db: Db, writer: Writer, ids: readonly string[]): Promise<Map<string, KnownFacts>> {
  const columns = factColumns.slice(3, -2)
  const selected = columns.map(column =>
    column.endsWith('_at') ? `epoch_ms(${column}) AS ${column}` : column,
  )
  const rows = await db.rows<Record<string, Cell> & { sessionId: string }>(
    `SELECT session_id, ${selected.join(', ')} FROM session_facts
     WHERE writer_id = $writerId AND ${isOneOf('session_id', 'ids', ids)}`,
    { writerId: writer.id, ids },
  )
  return new Map(
    rows.map(({ sessionId, ...rest }) => {
      const text = (value: Cell | undefined) => (typeof value === 'string' ? value : null)
      const project = {
        project: text(rest.project),
        key: text(rest.projectKey),
        kind: text(rest.projectKeyKind) as ProjectKeyKind | null,
      }
      return [sessionId, { content: JSON.stringify(Object.values(rest)), project }]
    }),
  )
}

/** The travelling columns between `session_id` and the person's, in the order of the table. */
function factCells(facts: SessionFacts): Cell[] {
  return [
    facts.tool,
    facts.lines,
    facts.malformedLines,
    facts.files,
    facts.subagents,
    clean(facts.project),
    clean(facts.projectKey),
    facts.projectKeyKind,
    clean(facts.cwd),
    clean(facts.lastCwd),
    clean(facts.relocatedCwd),
    facts.startedAtMs,
    facts.endedAtMs,
    facts.bornAtMs,
    facts.activeSec,
    facts.prompts,
    facts.queuedPrompts,
    facts.toolCalls,
    facts.toolErrors,
    facts.syntheticMessages,
    facts.apiErrors,
    facts.compactions,
    facts.searchCount,
    clean(facts.title),
    facts.titleSource,
    json(facts.skills),
    json(facts.slashCommands),
    json(facts.tools),
    clean(facts.gitBranch),
    json(facts.branches),
    clean(facts.ccVersion),
    json(facts.versions),
    json(facts.entrypoints),
    json(facts.prUrls),
    facts.costStateUsd,
    facts.costState === null ? null : json(facts.costState),
    facts.legacy,
  ]
}

function json(value: unknown): string {
  return JSON.stringify(value).toWellFormed().replaceAll('\0', '\uFFFD')
}

/** Text that the database can keep and that travels as it is: well-formed, without NUL and separators, of a sane length (an honest path has 4,096 at most). */
function clean(text: string | null): string | null {
  return text === null ? null : dropSeparators(text).toWellFormed().replaceAll('\0', '\uFFFD').slice(0, 5000)
}
