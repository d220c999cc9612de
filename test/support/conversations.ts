import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { openConversation } from '../../src/transcripts/claude-code/conversation.ts'
import { type Block, type Conversation, type Turn, turnsOf } from '../../src/transcripts/conversation.ts'
import { writeLines } from './ledger.ts'
import { assistantLine, userLine } from './lines.ts'

export const viewedId = '00000000-0000-4000-8000-0000000000aa'

/** A transcript of invented lines in a temporary folder, opened; gone after the test. */
export function aConversation(
  lines: readonly (object | string)[],
  name = `${viewedId}.jsonl`,
): Conversation & { readonly file: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-view-'))
  const conversation = openConversation(writeLines(path.join(folder, name), lines))
  onTestFinished(() => {
    conversation.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return conversation
}

export function readTurns(lines: readonly (object | string)[], name?: string): Turn[] {
  return [...turnsOf(aConversation(lines, name))]
}

/** A reply's line with one block, as the client writes them: several lines have one id. */
export function reply(id: string, block: object, extra: Record<string, unknown> = {}): object {
  return assistantLine(viewedId, { id, content: [block], extra })
}

export function text(words: string): object {
  return { type: 'text', text: words }
}

export function call(id: string, name: string, input: object): object {
  return { type: 'tool_use', id, name, input }
}

/** A user line with answers of tools. */
export function results(
  answers: readonly { id: string; content?: unknown; isError?: boolean }[],
  extra: Record<string, unknown> = {},
): object {
  const content = answers.map(({ id, content = 'fine', isError }) => ({
    type: 'tool_result',
    tool_use_id: id,
    content,
    ...(isError === undefined ? {} : { is_error: isError }),
  }))
  return userLine(viewedId, '', { message: { role: 'user', content }, ...extra })
}

export function prompt(words: string, extra: Record<string, unknown> = {}): object {
  return userLine(viewedId, words, extra)
}

/** What the blocks of a turn are, in a word each. */
export function outline(turn: Turn | undefined): string[] {
  return (turn?.blocks ?? []).map(outlineOf)
}

function outlineOf(block: Block): string {
  switch (block.kind) {
    case 'tool':
      return `tool ${block.name} ${block.gist} → ${block.result === null ? 'nothing' : block.result.text}`
    case 'result':
      return `result ${block.result.text}`
    case 'image':
      return `image ${block.name}`
    default:
      return `${block.kind} ${block.text}`
  }
}
