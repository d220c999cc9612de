import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import type { Db } from '../../store/query.ts'
import type { Conversation } from '../../transcripts/conversation.ts'
import { findTranscripts, openTranscript } from '../../transcripts/open.ts'

/** A session, or one of its subagents, by an id or the beginning of it. */
export interface TranscriptName {
  readonly sessionId: string
  readonly agentId?: string | undefined
}

/** Opens the database for a question. */
export type Ask = <T>(question: (db: Db) => Promise<T>) => Promise<T>

/**
 * Opens a transcript to be read turn by turn. `ask` is called only where no file has the id as its name. Throws a UserError
 * if there is no such session, if there are several, or if its transcript is not on this machine.
 */
export async function openNamedTranscript(
  roots: readonly string[],
  { sessionId, agentId }: TranscriptName,
  ask: Ask,
): Promise<Conversation> {
  const found = await findTranscripts(roots, sessionId)
  const ids = [...new Set(found.map(transcript => transcript.sessionId))]
  if (ids.length > 1) {
    const shown = ids.slice(0, 10).join('\n')
    throw new UserError(
      `more than one session begins with ${cleanText(sessionId)}`,
      ids.length > 10 ? `${shown}\n…` : shown,
    )
  }
  const transcript =
    found[0] ??
    // Most are found by their names: then nothing of the database is loaded.
    (await ask(async db => (await import('./recorded-transcript.ts')).recordedTranscript(db, sessionId)))
  const conversation = await openTranscript(transcript, agentId)
  if (conversation) return conversation
  throw new UserError(
    agentId === undefined
      ? `transcripts of ${cleanText(transcript.tool)} can't be shown`
      : `the session has no transcript of a subagent ${cleanText(agentId)}`,
  )
}
