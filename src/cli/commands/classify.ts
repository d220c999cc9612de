import { existsSync } from 'node:fs'
import { cleanText } from '../../base/clean-text.ts'
import { formatCount } from '../../base/format.ts'
import {
  countTypes,
  type ExplainedType,
  explainType,
  type TypeCount,
} from '../../features/sessions/explain-type.ts'
import { type FoundSession, findSession } from '../../features/sessions/find.ts'
import { loadTypeRules, type TypeRule, type TypeRules } from '../../features/sessions/type-rules.ts'
import { withLedger } from '../../ingest/open-ledger.ts'
import { type Context, placeOf } from '../context.ts'
import { toJson } from '../json.ts'
import { renderLayout } from '../layout.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** How long a command that applies rules waits for another process's lock, in milliseconds. */
const waitMs = 10_000

/** With an id: why that session has its type. Without: applies changed rules to all sessions and counts the types. */
export async function classifyCommand(
  context: Context,
  id: string | undefined,
  options: { json?: boolean },
): Promise<void> {
  const { sessionTypesFile } = context.paths
  const rules = await loadTypeRules(sessionTypesFile)
  if (id === undefined) {
    const types = await applyRules(context)
    process.stdout.write(
      options.json ? `${toJson({ types, ...rules })}\n` : typesText(types, rules, sessionTypesFile),
    )
    return
  }
  const { session, explained } = await withUpToDateStore(context, async db => {
    const found = await findSession(db, id)
    return { session: found, explained: await explainType(db, rules.rules, found.id) }
  })
  const { problems } = rules
  process.stdout.write(
    options.json
      ? `${toJson({ id: session.id, title: session.title, ...explained, problems })}\n`
      : `${[...explanation(session, explained), ...problemLines(problems)].join('\n')}\n`,
  )
}

/** Opening the ledger applies what has changed in the rules. Nothing is made where nothing was ever recorded. */
async function applyRules(context: Context): Promise<TypeCount[]> {
  if (!existsSync(context.paths.database)) return []
  return withLedger(await placeOf(context), { waitMs }, ({ db }) => countTypes(db))
}

function typesText(types: readonly TypeCount[], { rules, problems }: TypeRules, file: string): string {
  const own = rules.filter(rule => rule.origin === 'user').length
  const lines =
    types.length === 0
      ? ['Nothing is recorded yet. Start with: csl backfill']
      : [
          renderLayout(
            [
              [
                { title: 'Type', text: row => row.type ?? '(unknown)' },
                { title: 'Sessions', align: 'right', text: row => formatCount(row.sessions) },
              ],
            ],
            types,
            process.stdout.columns,
          ),
        ]
  lines.push('', `Rules: ${own} of yours (${cleanText(file)}), ${rules.length - own} built in.`)
  return `${[...lines, ...problemLines(problems)].join('\n')}\n`
}

function problemLines(problems: readonly string[]): string[] {
  return problems.map(problem => `problem: ${cleanText(problem)}`)
}

function explanation(session: FoundSession, explained: ExplainedType): string[] {
  const { type, rule, ruleNumber, matched, where, skills, cwd, project } = explained
  const rows: [string, string][] = [
    ['Session', `${session.id} ${session.title ?? ''}`],
    ['Type', type],
    [
      'Because',
      rule === null
        ? 'no rule fits'
        : `"${matched}" is part of ${where === 'skill' ? 'the name of a skill' : 'its path or project'}`,
    ],
    ...(rule === null
      ? []
      : [['Rule', `number ${ruleNumber}, ${ruleText(rule)}`] satisfies [string, string]]),
    ['Skills', skills.join(', ') || 'none'],
    ['Path', cwd ?? 'not known'],
    ['Project', project ?? 'not known'],
  ]
  return rows.map(([label, text]) => `${label.padEnd(9)} ${cleanText(text)}`)
}

function ruleText({ origin, skills, path }: TypeRule): string {
  const words = [
    skills.length > 0 ? `skills: ${skills.join(', ')}` : '',
    path.length > 0 ? `path: ${path.join(', ')}` : '',
  ]
  return `${origin === 'user' ? 'yours' : 'built in'} (${words.filter(word => word !== '').join('; ')})`
}
