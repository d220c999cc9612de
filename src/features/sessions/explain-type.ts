import type { Db } from '../../store/query.ts'
import { bestFactsFirst } from './best-facts.ts'
import { namesIn, pathTextOf } from './session-row.ts'
import { type Classification, classify, type TypeRule } from './type-rules.ts'

/** Why a session has its type, and what the rules looked at. */
export interface ExplainedType extends Classification {
  /** Which rule decided, counted from 1 over the user's and the built-in ones; null: none did. */
  readonly ruleNumber: number | null
  readonly skills: readonly string[]
  readonly cwd: string | null
  readonly project: string | null
}

/** Explains the type that the rules give a session now. One without transcripts has nothing to look at. */
export async function explainType(db: Db, rules: readonly TypeRule[], id: string): Promise<ExplainedType> {
  const [row] = await db.rows<{ cwd: string | null; project: string | null; skills: string }>(
    `SELECT cwd, project, skills FROM session_facts WHERE session_id = $id
     ORDER BY ${bestFactsFirst} LIMIT 1`,
    { id },
  )
  const seen = { cwd: row?.cwd ?? null, project: row?.project ?? null }
  const skills = row ? namesIn(row.skills) : []
  const found = classify(rules, { skills, pathText: pathTextOf(seen) })
  const ruleNumber = found.rule === null ? null : rules.indexOf(found.rule) + 1
  return { ...found, ruleNumber, skills, ...seen }
}

export interface TypeCount {
  readonly type: string | null
  readonly sessions: number
}

/** How many sessions each type has, the most common first. */
export async function countTypes(db: Db): Promise<TypeCount[]> {
  return db.rows<TypeCount>(
    `SELECT session_type AS type, count(*) AS sessions FROM sessions GROUP BY type ORDER BY sessions DESC, type`,
  )
}
