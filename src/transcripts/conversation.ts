import type { TokenCounts } from './transcript.ts'

/**
 * Who or what speaks in a turn: a person; the model; a command that was typed (`/model`, `! ls`); what the program put in
 * (hook results, notices, output of commands); a summary of what went before; the place where the history was compacted; a
 * result whose call is not in the file; a line that is too long to be read.
 */
export type TurnKind =
  | 'user'
  | 'assistant'
  | 'command'
  | 'notice'
  | 'summary'
  | 'compaction'
  | 'result'
  | 'unread'

/** What a tool answered, in full. */
export interface ToolResult {
  readonly text: string
  readonly isError: boolean
  /** Names of the pictures in it, whose data is left out: `image/png, 34.0 kB`. */
  readonly images: readonly string[]
}

/** A part of a turn. Texts are as the transcript has them: whoever shows them cleans them. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** Empty where the client kept only a signature. */
  | { readonly kind: 'thinking'; readonly text: string }
  /** What the program added to what was said. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'image'; readonly name: string }
  | {
      readonly kind: 'tool'
      readonly id: string | null
      readonly name: string
      /** What it was called with, as JSON. */
      readonly input: string
      /** The part of the input that tells the call from others of its tool. */
      readonly gist: string
      /** Null: none yet, or it was cut off. */
      readonly result: ToolResult | null
      /** The subagent that it started, whose transcript is a file of its own. */
      readonly agentId: string | null
    }
  | { readonly kind: 'result'; readonly id: string | null; readonly result: ToolResult }

/** One turn of a conversation: all lines of one message, and the results of its calls. Times are UTC milliseconds. */
export interface Turn {
  readonly kind: TurnKind
  readonly atMs: number | null
  readonly endAtMs: number | null
  readonly model: string | null
  /** Of one request; null for what is no reply, or has none. */
  readonly tokens: TokenCounts | null
  /** Of a subagent that older clients wrote into the same file. */
  readonly isSidechain: boolean
  readonly agentId: string | null
  /** The reply is the client's report of an error of the API. */
  readonly isError: boolean
  readonly blocks: readonly Block[]
}

/** Turns of subagents that stand together in a main transcript, as older clients wrote them. */
export interface Aside {
  readonly first: number
  readonly turns: number
  /** Of their lines, as far as these are known. */
  readonly bytes: number
}

/** How much of a conversation is known. */
export interface ConversationState {
  readonly turns: number
  readonly isComplete: boolean
  /** How often the file was written anew: turns of another edition are others. */
  readonly edition: number
  /** Bytes read so far, and those that the file had when it was last looked at. */
  readonly readBytes: number
  readonly size: number
  readonly lines: number
  readonly malformedLines: number
  /** Lines that are no part of the conversation: snapshots, progress, hook results, settings. */
  readonly otherLines: number
  /** The last title that the file names. */
  readonly title: string | null
}

/** A transcript read turn by turn: only what was asked for is held. Synchronous, in steps that the caller measures out. */
export interface Conversation {
  readonly tool: string
  readonly file: string
  readonly sessionId: string
  /** Null: the main transcript. */
  readonly agentId: string | null
  state(): ConversationState
  /** Reads on by about so many bytes. Answers whether there is more. */
  readOn(bytes: number): boolean
  /**
   * Reads the end without what is between: until all is read, the turns there are known by negative numbers, the last one
   * being -1. Answers how many there are, at least so many if the file has them. Replies and results that are parted by the
   * beginning of this part are shown in parts.
   */
  readEnd(turns: number): number
  /** The number from the beginning of a turn that was known by a negative one. All is read by now. */
  settled(turn: number): number
  kindOf(turn: number): TurnKind
  /** The aside that a turn is part of; null: it is of the conversation itself. */
  asideOf(turn: number): Aside | null
  /** How many lines of the file make a turn, as far as they are known. */
  lineCountOf(turn: number): number
  /** The same object as long as nothing was added to the turn. Reads the file. */
  turn(turn: number): Turn
  /**
   * Looks at the file again. `grown`: there is more to read. `replaced`: it begins anew, and so does this. `gone`: it has no
   * name any more; what it held can still be read.
   */
  refresh(): 'same' | 'grown' | 'replaced' | 'gone'
  close(): void
}

/** How many bytes to read at once where nothing waits: the time of a step stays far below that of a key. */
export const stepBytes = 1 << 20

/** All turns from the first to the last; reads on as it needs. */
export function* turnsOf(conversation: Conversation): Generator<Turn> {
  while (conversation.readOn(stepBytes)) {
    // A result can stand far behind its call, so nothing is whole before all is known.
  }
  for (let i = 0; i < conversation.state().turns; i++) yield conversation.turn(i)
}

/** Lines of a text, as an editor counts them. */
export function lineCount(text: string): number {
  if (text === '') return 0
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    lines++
  return lines
}
