import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, errorText } from '../../base/errors.ts'

/** Gives a session its type if one of its words is part of a skill's name or of the session's path text. */
export interface TypeRule {
  readonly type: string
  readonly skills: readonly string[]
  readonly path: readonly string[]
  readonly origin: 'user' | 'built-in'
}

export interface TypeRules {
  /** In order: the first rule that matches decides. */
  readonly rules: readonly TypeRule[]
  /** What was wrong with the user's file, one line each. */
  readonly problems: readonly string[]
}

export interface Classification {
  readonly type: string
  /** The rule that decided; null when none matched and the type is the general one. */
  readonly rule: TypeRule | null
  /** The rule's word that matched, and where it was found. */
  readonly matched: string | null
  readonly where: 'skill' | 'path' | null
}

/** The type of a session that no rule matches. */
const generalType = 'general'

const builtInRules: readonly TypeRule[] = [
  { type: 'dbt', skills: ['dbt', 'kimball'], path: ['dbt'], origin: 'built-in' },
  { type: 'debugging', skills: ['systematic-debugging'], path: [], origin: 'built-in' },
  { type: 'research', skills: ['deep-research', 'brainstorming', 'research'], path: [], origin: 'built-in' },
  { type: 'planning', skills: ['writing-plans', 'executing-plans'], path: [], origin: 'built-in' },
]

const largestFile = 64_000

/**
 * The rules that give sessions their type: those of the user's file (session_types.yaml) first, then the
 * built-in ones. A missing file is no problem. If anything in the file is wrong, none of it counts, because
 * half a list of rules in which the first match wins can sort sessions wrongly. Never throws.
 */
export async function loadTypeRules(file: string): Promise<TypeRules> {
  try {
    const text = await readRulesFile(file)
    const userRules = text === null ? [] : await parseRules(text)
    return { rules: [...userRules, ...builtInRules], problems: [] }
  } catch (error) {
    const problem = `${path.basename(file)}: ${errorText(error).slice(0, 300)}; the built-in rules hold`
    return { rules: builtInRules, problems: [problem] }
  }
}

async function readRulesFile(file: string): Promise<string | null> {
  try {
    const found = await stat(file)
    // Reading a pipe would wait for ever.
    if (!found.isFile()) throw new Error('is no file')
    if (found.size > largestFile) throw new Error(`is larger than ${largestFile / 1000} kB`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function parseRules(text: string): Promise<TypeRule[]> {
  // Loaded only here: most people have no such file, and a hook has no time.
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { logLevel: 'error' })
  const [broken] = document.errors
  if (broken) throw new Error(broken.message.split(':\n')[0])
  const raw: unknown = document.toJS()
  return listOf(raw).map((rule, index) => readRule(rule, `rule ${index + 1}`))
}

function listOf(raw: unknown): unknown[] {
  const list = isObject(raw) && onlyKeys(raw, ['rules']) ? raw.rules : raw
  // All of it commented out, like a fresh copy of the example.
  if (list === null || list === undefined) return []
  if (!Array.isArray(list)) throw new Error('needs a list called "rules"')
  return list
}

function readRule(raw: unknown, name: string): TypeRule {
  if (!isObject(raw)) throw new Error(`${name} needs a type and its words`)
  if (!onlyKeys(raw, ['type', 'skills', 'path'])) throw new Error(`${name} knows only type, skills and path`)
  const type = readWord(raw.type)
  if (type === null) throw new Error(`${name} needs a type: one line of text`)
  const skills = readWords(raw.skills, `${name}: skills`)
  const pathWords = readWords(raw.path, `${name}: path`)
  if (skills.length + pathWords.length === 0) throw new Error(`${name} (${type}) needs skills or path`)
  return { type, skills, path: pathWords, origin: 'user' }
}

function readWords(raw: unknown, name: string): string[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw new Error(`${name} must be a list`)
  return raw.map(item => {
    const word = readWord(item)
    if (word === null) throw new Error(`${name} must hold words`)
    return word
  })
}

function readWord(raw: unknown): string | null {
  if (typeof raw !== 'string') return null
  const word = raw.trim()
  return word === '' || word.length > 100 || /[\u0000-\u001f\u007f]/.test(word) ? null : word
}

/**
 * The type of a session and why. A word matches if it is part of the name of one of the session's skills, or
 * of its path text (working directory and project name), whatever the letter case and whichever way the
 * slashes lean.
 */
export function classify(
  rules: readonly TypeRule[],
  session: { skills: readonly string[]; pathText: string },
): Classification {
  const skills = session.skills.map(comparable)
  const pathText = comparablePath(session.pathText)
  for (const rule of rules) {
    const bySkill = rule.skills.find(word => skills.some(skill => skill.includes(comparable(word))))
    if (bySkill !== undefined) return { type: rule.type, rule, matched: bySkill, where: 'skill' }
    const byPath = rule.path.find(word => pathText.includes(comparablePath(word)))
    if (byPath !== undefined) return { type: rule.type, rule, matched: byPath, where: 'path' }
  }
  return { type: generalType, rule: null, matched: null, where: null }
}

/** A short text that changes when the rules, or their order, could sort a session differently. */
export function rulesFingerprint(rules: readonly TypeRule[]): string {
  const said = rules.map(rule => [rule.type, rule.skills, rule.path])
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)
}

// macOS may spell a folder's ö as o and two dots, and the same letter in the rules as one.
function comparable(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function comparablePath(text: string): string {
  return comparable(text).replaceAll('\\', '/')
}

function onlyKeys(raw: Record<string, unknown>, known: readonly string[]): boolean {
  return Object.keys(raw).every(key => known.includes(key))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
