import type { JsonObject, Scratch } from '../base/jsonl.ts'
import type { Conversation } from './conversation.ts'
import type { Transcript } from './transcript.ts'

/** A transcript on disk, not read yet. */
export interface TranscriptFile {
  readonly tool: string
  readonly path: string
  readonly size: number
  /** Modification time and birth in milliseconds since 1970, with fractions. */
  readonly mtimeMs: number
  readonly birthMs: number
  readonly inode: number
}

/** Where transcripts may lie, and nobody could look: a folder, or a file in a folder that shows only its names. */
export interface UnreadablePlace {
  readonly path: string
  readonly why: string
}

export interface ReadOptions {
  /** Throws `ReadBudgetError` when `performance.now()` passes this, so that a hook ends in time. */
  readonly deadlineMs?: number | undefined
  /** Gives other work a turn between pieces of the file. */
  readonly yields?: boolean | undefined
  /** Memory to read with, for who reads many files. */
  readonly scratch?: Scratch | undefined
}

export interface CommandLine {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
}

/** A session and when its main transcript was written last, in milliseconds since 1970. */
export interface ActiveSession {
  readonly sessionId: string
  readonly writtenMs: number
}

/** A session's main transcript, found by its name. */
export interface FoundTranscript {
  readonly tool: string
  readonly sessionId: string
  readonly path: string
}

/**
 * Whose words a text is: a person's; the model's; what the model thought; name and input of a tool that it called; what that
 * answered; what the program put in (notices, hooks, summaries).
 */
export type TextKind = 'user' | 'assistant' | 'thinking' | 'call' | 'result' | 'notice'

/** A text as a person reads it, not cleaned for a terminal. */
export interface ReadableText {
  readonly kind: TextKind
  readonly text: string
}

/**
 * What a search needs of a tool that writes a line of JSON a message. Every text must stand in its line as a JSON string, at
 * least piece by piece between white space and `/`: files are searched for the bytes before a line is parsed.
 */
export interface ReadableLines {
  readableTexts(line: JsonObject): Iterable<ReadableText>
  /** UTC milliseconds. */
  writtenAtMs(line: JsonObject): number | null
  /** The session of a file; `linesOf` reads it from its beginning, where its name does not tell. */
  sessionOf(file: string, linesOf: () => Iterable<JsonObject>): string
}

/** A tool whose transcripts we can read. Adding one is a folder and a line in sources.ts. */
export interface TranscriptSource {
  readonly tool: string
  /**
   * Every transcript below the given roots, newest first. A folder that is not there is normal; one that can't be read
   * is passed over and told.
   */
  list(roots: readonly string[], onUnreadable?: (place: UnreadablePlace) => void): Promise<TranscriptFile[]>
  /** The files of the session a hook names: the main transcript and its subagents'. */
  listSession(transcriptPath: string): Promise<TranscriptFile[]>
  /** Where the session's main transcript is, when all that is known is its id. */
  find(roots: readonly string[], sessionId: string): Promise<string | undefined>
  /** Where the main transcripts below the roots lie, by the ids of their sessions; looks into no file. */
  mains?(roots: readonly string[]): Promise<Map<string, string>>
  /** The session of a directory that was written last, where the tool keeps them by directory. */
  active?(roots: readonly string[], cwd: string): Promise<ActiveSession | undefined>
  /** Reads a file whole. Throws only for errors of the file system, never for what stands in the file. */
  read(file: TranscriptFile, options?: ReadOptions): Promise<Transcript>
  /** The main transcripts whose session's id begins so, in any letter case. */
  findStarting?(roots: readonly string[], prefix: string): Promise<FoundTranscript[]>
  /** The transcript of a subagent, beside the main one. */
  findAgent?(transcriptPath: string, agentId: string): Promise<string | undefined>
  /** The id of the subagent whose transcript a file is; undefined: it is a session's own. */
  agentOf?(file: string): string | undefined
  /** Opens a file to be read turn by turn. Throws only for errors of the file system. */
  converse?(file: string): Promise<Conversation>
  /** What to search its files with. */
  readable?(): Promise<ReadableLines>
  /** How to continue a session, where the tool can. */
  resume?(session: { id: string; cwd: string }): CommandLine | undefined
  /** Whether the tool is at work in a session on this machine just now, as far as it tells. */
  isRunning?(roots: readonly string[], sessionId: string): Promise<boolean>
  /** The files that belong to a main transcript alone and are of no use without it. */
  listCompanions?(transcriptPath: string): Promise<string[]>
}
