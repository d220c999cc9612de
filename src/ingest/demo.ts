import { mkdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import {
  addTokens,
  costState,
  type DemoLine,
  type DemoSession,
  type DemoTranscript,
  newSession,
  noTokens,
  openTranscript,
  type Random,
  type Scene,
  stretch,
  type Tokens,
  unknownModel,
  uuid,
} from './demo-session.ts'

export interface DemoOptions {
  /** 40 unless told; every special case has its place among the first nine. */
  readonly sessions?: number | undefined
  /** The same seed, time and folder give the same bytes. */
  readonly seed?: number | undefined
  /** Everything happened in the thirty days before. */
  readonly nowMs: number
  /** Makes texts longer until the files have about this size; no total changes. */
  readonly targetBytes?: number | undefined
}

/** The truth about an invented home. */
export interface DemoHome {
  readonly sessions: number
  readonly files: number
  readonly bytes: number
  /** Each API message once, wherever copies of it stand. */
  readonly messages: number
  readonly tokens: Tokens
  readonly bySession: Readonly<Record<string, DemoSession>>
}

interface WrittenSession {
  readonly session: DemoSession
  readonly transcripts: readonly DemoTranscript[]
  /** The main transcript's conversation after its first turn, and the counts of that moment. */
  readonly begin: { readonly lines: readonly DemoLine[]; readonly session: DemoSession }
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const models = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'] as const
const skills = ['systematic-debugging', 'deep-research', 'writing-plans', 'acme:release-notes'] as const
const tools = ['Read', 'Edit', 'Bash', 'Grep', 'Write', 'mcp__orchard__find_tree'] as const
const prompts = [
  'Add a discount field to the harvest form',
  'Why does the cider import count apples twice?',
  'Write the release notes for the press controller',
  'The nightly pruning job is slow, find out why',
  'Rename crate to basket everywhere; the old API must keep working',
] as const

/**
 * Writes an invented Claude home below `folder`: sessions of the company acme in five projects, with what
 * makes transcripts hard to count (several lines a message, a fork, subagents, an unfinalized message, an
 * unknown model). Tries out the product without anyone's history; the truth it returns is counted while
 * inventing.
 */
export async function writeDemoHome(folder: string, options: DemoOptions): Promise<DemoHome> {
  const random = createRandom(options.seed ?? 1)
  const count = options.sessions ?? 40
  const written: WrittenSession[] = []
  for (let index = 0; index < count; index++) {
    // A slot each, so that the list is in order of time and ends a day ago.
    const slotMs = (29 * dayMs) / count
    const startMs = options.nowMs - 30 * dayMs + Math.floor((index + random.int(0, 99) / 100) * slotMs)
    written.push(inventSession(random, index, startMs, index === 5 ? written[4] : undefined))
  }
  const { files, bytes } = await writeFiles(path.join(folder, 'projects'), written, options.targetBytes ?? 0)
  const sessions = written.map(({ session }) => session)
  const tokens = noTokens()
  for (const session of sessions) addTokens(tokens, session.tokens)
  const messages = sessions.reduce((sum, session) => sum + session.messages, 0)
  const bySession = Object.fromEntries(sessions.map(session => [session.id, session]))
  return { sessions: count, files, bytes, messages, tokens, bySession }
}

function inventSession(
  random: Random,
  index: number,
  slotMs: number,
  parent?: WrittenSession,
): WrittenSession {
  const model = index === 3 ? unknownModel : random.pick(models)
  const startMs = parent ? parent.session.endedAtMs + hourMs : slotMs
  const session = newSession(random, index, startMs, parent?.begin.session)
  let nowMs = session.startedAtMs
  const stamp = () => {
    session.endedAtMs = nowMs
    nowMs += random.int(1_000, 15_000)
    return new Date(session.endedAtMs).toISOString()
  }
  const scene: Scene = { random, session, isCachedForAnHour: random.chance(0.6), stamp }
  const main = openTranscript(scene)
  const transcripts = [main]
  // A fork copies only lines with a uuid: these two tell when a file was really born.
  for (const operation of ['enqueue', 'dequeue'])
    main.note({ type: 'queue-operation', operation, timestamp: stamp() })
  main.note({ type: 'permission-mode', permissionMode: 'default' })
  for (const line of parent?.begin.lines ?? []) main.lines.push({ ...line, sessionId: session.id })
  let begin: WrittenSession['begin'] | undefined
  for (let turn = random.int(2, 6); turn > 0; turn--) {
    nowMs += random.int(30_000, 600_000)
    if (!begin && random.chance(0.3)) runSlashCommand(main, session)
    main.prompt(random.pick(prompts))
    if (!begin && random.chance(0.5)) runSkill(main, session, model, random.pick(skills))
    // The session that is forked delegates nothing, so that its counts are those of its main transcript.
    if (index === 2 || (index !== 4 && random.chance(0.1))) transcripts.push(delegate(main, scene, model))
    for (let step = random.int(1, 5); step > 0; step--)
      main.useTool(model, random.pick(tools), { target: 'src/apple.ts' }, random.chance(0.05))
    const isFinal = index !== 1 || begin !== undefined
    main.answer(model, [{ type: 'text', text: `Every apple is in its basket.${stretch}` }], isFinal)
    main.say('system', { subtype: 'turn_duration', durationMs: nowMs - session.startedAtMs, isMeta: false })
    begin ??= { lines: main.lines.filter(line => line.uuid !== undefined), session: structuredClone(session) }
    if (turn === 2 && random.chance(0.4)) session.branches.push('feature/baskets')
  }
  finish(main, scene, index)
  return { session, transcripts, begin: begin ?? { lines: [], session } }
}

function runSlashCommand(main: DemoTranscript, session: DemoSession): void {
  const command = '<command-message>model</command-message>\n<command-name>/model</command-name>'
  for (const content of [command, '<local-command-stdout>The model is set</local-command-stdout>'])
    main.say('user', { message: { role: 'user', content } })
  session.slashCommands.push('model')
}

function runSkill(main: DemoTranscript, session: DemoSession, model: string, skill: string): void {
  const sourceToolUseID = main.useTool(model, 'Skill', { skill })
  const text = `Base directory for this skill: /home/dev/.claude/skills/${skill}`
  const message = { role: 'user', content: [{ type: 'text', text }] }
  main.say('user', { message, isMeta: true, sourceToolUseID })
  session.skills.push(skill)
}

function delegate(main: DemoTranscript, scene: Scene, model: string): DemoTranscript {
  main.useTool(model, 'Agent', { description: 'review', prompt: 'Review it', subagent_type: 'reviewer' })
  const agent = openTranscript(scene, true)
  agent.say('user', { message: { role: 'user', content: 'Review it' } })
  const agentModel = scene.random.pick(models)
  for (let step = scene.random.int(1, 4); step > 0; step--)
    agent.useTool(agentModel, 'Read', { file_path: `${scene.session.cwd}/src/apple.ts` })
  agent.answer(agentModel, [{ type: 'text', text: `It looks ripe.${stretch}` }])
  scene.session.subagents++
  return agent
}

function finish(main: DemoTranscript, { session, stamp, random }: Scene, index: number): void {
  if (index === 7) {
    const message = { id: uuid(random), type: 'message', role: 'assistant', model: '<synthetic>' }
    const content = [{ type: 'text', text: 'API Error: the orchard is closed' }]
    main.say('assistant', { message: { ...message, content }, isApiErrorMessage: true, error: 'rate_limit' })
    session.apiErrors++
  }
  if (index === 6 || random.chance(0.1)) {
    const prUrl = `https://git.acme.example/acme/${session.project}/pull/${index}`
    const link = { type: 'pr-link', prNumber: index, prUrl, prRepository: `acme/${session.project}` }
    // Repeated, as the client does with each turn.
    for (let twice = 0; twice < 2; twice++) main.note({ ...link, timestamp: stamp() })
    session.prUrls.push(prUrl)
  }
  const isNamed = index % 4 === 0
  if (session.title !== null)
    main.note({ type: 'ai-title', aiTitle: isNamed ? 'An automatic title' : session.title })
  if (session.title !== null && isNamed) main.note({ type: 'custom-title', customTitle: session.title })
  main.note({ type: 'last-prompt', lastPrompt: session.firstPrompt })
  main.note(costState(session))
}

async function writeFiles(
  projects: string,
  written: readonly WrittenSession[],
  targetBytes: number,
): Promise<{ files: number; bytes: number }> {
  const files = written.flatMap(({ session, transcripts }) =>
    transcripts.map(({ member, lines }) => ({
      file: path.join(
        projects,
        slugOf(session.cwd),
        `${session.id}${member === '' ? '.jsonl' : `/${member}`}`,
      ),
      text: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
      isSubagent: member !== '',
      endedAtMs: session.endedAtMs,
    })),
  )
  const bare = files.reduce((sum, { text }) => sum + Buffer.byteLength(text.replaceAll(stretch, '')), 0)
  const places = files.reduce((sum, { text }) => sum + text.split(stretch).length - 1, 0)
  const filler = fillerOf(Math.max(0, Math.floor((targetBytes - bare) / Math.max(1, places))))
  for (const { file, text, isSubagent, endedAtMs } of files) {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text.replaceAll(stretch, filler))
    if (isSubagent)
      await writeFile(file.replace(/\.jsonl$/, '.meta.json'), '{"agentType":"reviewer","spawnDepth":1}')
    // Readers look at what changed last, and list the newest first.
    await utimes(file, new Date(endedAtMs), new Date(endedAtMs))
  }
  return { files: files.length, bytes: bare + places * filler.length }
}

function fillerOf(length: number): string {
  const words = ' The invented orchard has invented apples.'
  return words.repeat(Math.ceil(length / words.length)).slice(0, length)
}

/** Claude Code's folder name for a short working directory (transcript-format notes, section 1). */
function slugOf(cwd: string): string {
  return cwd.replace(/[^A-Za-z0-9]/g, '-')
}

/** Mulberry32: small, and the same numbers on every machine. */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (low: number, high: number) => low + Math.floor(share() * (high - low + 1))
  return {
    int,
    chance: likely => share() < likely,
    pick: list => list[int(0, list.length - 1)] ?? list[0],
    text: (letters, length) =>
      Array.from({ length }, () => letters.charAt(int(0, letters.length - 1))).join(''),
  }
}
