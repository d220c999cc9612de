import type { JsonObject } from '../../base/jsonl.ts'
import { spansOf } from '../spans.ts'
import type { CostState, Tally, TitleSource, TranscriptFacts } from '../transcript.ts'
import { asInstant, asObject, asObjects, asSmallCount, asText } from './lines.ts'
import { isPrompt, isQueuedPrompt, slashCommand, userText } from './prompts.ts'
import { syntheticModel } from './usage.ts'

/** Counts things by name and remembers when each was first seen. */
function createTally() {
  const entries = new Map<string, { count: number; firstAtMs: number | null }>()
  return {
    add(name: string, atMs: number | null) {
      const entry = entries.get(name)
      if (entry) entry.count++
      else entries.set(name, { count: 1, firstAtMs: atMs })
    },
    list(): Tally[] {
      return Array.from(entries, ([name, entry]) => ({ name, ...entry }))
    },
  }
}

const listed = ['sessionId', 'agentId', 'version', 'gitBranch', 'entrypoint'] as const
const skillNotice = 'Base directory for this skill:'
const unnamed = '(none)'

/** Gathers what a Claude Code transcript says besides its usage, line by line, by the counting rules. */
export interface FactsCollector {
  add(line: JsonObject, number: number): void
  /** First `sessionId` in the file. */
  firstSessionId(): string | null
  /** `fileBirthMs` stands in where no line tells when the file began. */
  facts(counts: { lines: number; malformed: number }, fileBirthMs: number): TranscriptFacts
}

export function createFactsCollector(): FactsCollector {
  const lists = {
    sessionId: new Set<string>(),
    agentId: new Set<string>(),
    version: new Set<string>(),
    gitBranch: new Set<string>(),
    entrypoint: new Set<string>(),
  }
  const instants: number[] = []
  const uuids = new Set<string>()
  const tools = createTally()
  const serverTools = createTally()
  const skills = createTally()
  const commandSkills = createTally()
  const slashCommands = createTally()
  const toolIds = new Set<string>()
  const results = new Set<string>()
  const errors = new Set<string>()
  const synthetic = new Map<string, boolean>()
  const prUrls = new Set<string>()
  const summaries: { leaf: unknown; text: string }[] = []
  let cwd: string | null = null
  let lastCwd: string | null = null
  let relocatedCwd: string | null = null
  let lastBranch: string | null = null
  let lastVersion: string | null = null
  let bornAtMs: number | null = null
  let prompts = 0
  let copiedPrompts = 0
  let queuedPrompts = 0
  let thinkingBlocks = 0
  let images = 0
  let compactions = 0
  let systemApiErrors = 0
  let searchCount = 0
  let customTitle: string | null = null
  let aiTitle: string | null = null
  let firstPrompt: string | null = null
  let costState: CostState | null = null
  let pendingCommand: string | null = null

  const note = (line: JsonObject) => {
    for (const key of listed) {
      const value = line[key]
      if (typeof value === 'string' && value !== '') lists[key].add(value)
    }
    if (typeof line.cwd === 'string' && line.cwd !== '') {
      cwd ??= line.cwd
      lastCwd = line.cwd
    }
    if (typeof line.gitBranch === 'string' && line.gitBranch !== '') lastBranch = line.gitBranch
    if (typeof line.version === 'string' && line.version !== '') lastVersion = line.version
  }

  const addAssistant = (line: JsonObject, number: number, again: boolean, atMs: number | null) => {
    const message = asObject(line.message)
    if (message.model === syntheticModel) {
      const key = asText(message.id) ?? asText(line.uuid) ?? `line:${number}`
      synthetic.set(key, synthetic.get(key) === true || line.isApiErrorMessage === true)
    }
    asObjects(message.content).forEach((block, index) => {
      if (block.type === 'thinking' || block.type === 'redacted_thinking') {
        if (!again) thinkingBlocks++
        return
      }
      if (block.type !== 'tool_use' && block.type !== 'server_tool_use') return
      const id = `${block.type} ${asText(block.id) ?? `${asText(line.uuid) ?? number}#${index}`}`
      if (toolIds.has(id)) return
      toolIds.add(id)
      const name = asText(block.name) ?? unnamed
      const tally = block.type === 'tool_use' ? tools : serverTools
      tally.add(name, atMs)
      if (block.type === 'tool_use' && name === 'Skill') {
        const input = asObject(block.input)
        skills.add(asText(input.skill) ?? asText(input.command) ?? unnamed, atMs)
      }
    })
  }

  const addUser = (line: JsonObject, number: number, atMs: number | null) => {
    const message = asObject(line.message)
    const said = userText(message.content)
    for (const block of asObjects(message.content)) {
      if (block.type === 'image') images++
      if (block.type !== 'tool_result') continue
      const id = asText(block.tool_use_id) ?? `${asText(line.uuid) ?? number}#r`
      results.add(id)
      if (block.is_error === true) errors.add(id)
      images += asObjects(block.content).filter(part => part.type === 'image').length
    }
    const command = slashCommand(said)
    if (command !== null) slashCommands.add(command, atMs)
    if (isPrompt(line, said)) {
      prompts++
      if (asText(asObject(line.forkedFrom).sessionId) !== null) copiedPrompts++
      if (said.text !== '') firstPrompt ??= Array.from(said.text.slice(0, 400)).slice(0, 200).join('')
    }
    // A skill started as a slash command leaves the command's echo and then this notice, but no tool use.
    if (line.isMeta === true && said.text.startsWith(skillNotice) && asText(line.sourceToolUseID) === null) {
      if (pendingCommand !== null) commandSkills.add(pendingCommand, atMs)
      pendingCommand = null
    } else if (command !== null) pendingCommand = command
    searchCount += asSmallCount(asObject(line.toolUseResult).searchCount)
  }

  return {
    firstSessionId: () => lists.sessionId.values().next().value ?? null,

    add(line, number) {
      note(line)
      const atMs = asInstant(line.timestamp)
      if (atMs !== null) instants.push(atMs)
      const uuid = asText(line.uuid)
      const again = uuid !== null && uuids.has(uuid)
      if (uuid !== null) uuids.add(uuid)
      else if (atMs !== null && (bornAtMs === null || atMs < bornAtMs)) bornAtMs = atMs

      switch (line.type) {
        case 'assistant':
          if (typeof line.message === 'object') addAssistant(line, number, again, atMs)
          break
        case 'user':
          if (!again && typeof line.message === 'object') addUser(line, number, atMs)
          break
        case 'system':
          if (again) break
          if (line.subtype === 'compact_boundary') compactions++
          if (line.subtype === 'api_error') systemApiErrors++
          break
        case 'attachment':
          if (!again && isQueuedPrompt(asObject(line.attachment))) queuedPrompts++
          break
        case 'custom-title':
          customTitle = asText(line.customTitle) ?? customTitle
          break
        case 'ai-title':
          aiTitle = asText(line.aiTitle) ?? aiTitle
          break
        case 'summary': {
          const text = asText(line.summary)
          if (text !== null) summaries.push({ leaf: line.leafUuid, text })
          break
        }
        case 'pr-link':
          if (typeof line.prUrl === 'string' && line.prUrl !== '') prUrls.add(line.prUrl)
          break
        case 'relocated':
          relocatedCwd = asText(line.relocatedCwd) ?? relocatedCwd
          break
        case 'cost-state':
          costState = {
            totalCostUsd: typeof line.totalCostUSD === 'number' ? line.totalCostUSD : null,
            modelUsage: line.modelUsage ?? null,
          }
          break
        default:
          break
      }
    },

    facts(counts, fileBirthMs) {
      const { title, titleSource } = titleOf()
      const spans = spansOf(instants)
      return {
        lines: counts.lines,
        malformedLines: counts.malformed,
        startedAtMs: spans[0]?.[0] ?? null,
        endedAtMs: spans.at(-1)?.[1] ?? null,
        bornAtMs: bornAtMs ?? fileBirthMs,
        spans,
        cwd,
        lastCwd,
        relocatedCwd,
        sessionIds: [...lists.sessionId],
        agentIds: [...lists.agentId],
        branches: [...lists.gitBranch],
        lastBranch,
        versions: [...lists.version],
        lastVersion,
        entrypoints: [...lists.entrypoint],
        prompts,
        copiedPrompts,
        queuedPrompts,
        slashCommands: slashCommands.list(),
        tools: tools.list(),
        serverTools: serverTools.list(),
        skills: skills.list(),
        commandSkills: commandSkills.list(),
        toolResults: results.size,
        toolErrors: errors.size,
        thinkingBlocks,
        images,
        compactions,
        systemApiErrors,
        syntheticMessages: synthetic.size,
        apiErrorMessages: [...synthetic.values()].filter(isError => isError).length,
        searchCount,
        prUrls: [...prUrls],
        title,
        titleSource,
        firstPrompt,
        costState,
      }
    },
  }

  function titleOf(): { title: string | null; titleSource: TitleSource | null } {
    if (customTitle !== null) return { title: customTitle, titleSource: 'custom' }
    if (aiTitle !== null) return { title: aiTitle, titleSource: 'ai' }
    const own = summaries
      .filter(summary => typeof summary.leaf === 'string' && uuids.has(summary.leaf))
      .at(-1)
    if (own) return { title: own.text, titleSource: 'summary' }
    if (firstPrompt !== null) return { title: firstPrompt, titleSource: 'prompt' }
    return { title: null, titleSource: null }
  }
}
