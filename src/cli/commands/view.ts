import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cleanText } from '../../base/clean-text.ts'
import { UsageError, UserError } from '../../base/errors.ts'
import { sessionFiles } from '../../features/sessions/detail.ts'
import { findSession } from '../../features/sessions/find.ts'
import type { Conversation } from '../../transcripts/conversation.ts'
import { jsonOf } from '../../transcripts/export/json.ts'
import { markdownOf } from '../../transcripts/export/markdown.ts'
import { findTranscripts, openTranscript } from '../../transcripts/open.ts'
import type { FoundTranscript } from '../../transcripts/source.ts'
import type { Context } from '../context.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** A session's transcript as Markdown or JSON. The database is asked only where no file has the id as its name. */
export async function viewCommand(
  context: Context,
  idOrPrefix: string,
  options: { md?: boolean; json?: boolean; agent?: string },
): Promise<void> {
  if (options.md && options.json) throw new UsageError('--md and --json exclude each other')
  const conversation = await openNamed(context, idOrPrefix.trim(), options.agent)
  try {
    await writeOut(options.json ? jsonOf(conversation) : markdownOf(conversation))
  } finally {
    conversation.close()
  }
}

async function openNamed(context: Context, name: string, agentId: string | undefined): Promise<Conversation> {
  const found = await findTranscripts(context.paths.claudeRoots, name)
  const ids = [...new Set(found.map(({ sessionId }) => sessionId))]
  if (ids.length > 1) {
    const shown = ids.slice(0, 10).join('\n')
    throw new UserError(
      `more than one session begins with ${cleanText(name)}`,
      ids.length > 10 ? `${shown}\n…` : shown,
    )
  }
  const transcript = found[0] ?? (await recordedTranscript(context, name))
  const conversation = await openTranscript(transcript, agentId)
  if (conversation) return conversation
  throw new UserError(
    agentId === undefined
      ? `transcripts of ${cleanText(transcript.tool)} can't be shown`
      : `the session has no transcript of a subagent ${cleanText(agentId)}`,
  )
}

/** What the database knows of a session whose transcript has another name, or is gone. */
async function recordedTranscript(context: Context, name: string): Promise<FoundTranscript> {
  const { session, files } = await withUpToDateStore(context, async db => {
    const session = await findSession(db, name)
    return { session, files: await sessionFiles(db, session.id) }
  })
  const file = files.find(({ path }) => !/[\\/]subagents[\\/]/.test(path) && existsSync(path))
  if (file && session.tool !== null) return { tool: session.tool, sessionId: session.id, path: file.path }
  throw new UserError(
    `the transcript of ${session.id} is not on this machine`,
    session.machine === null
      ? 'what was recorded of it: csl session ID'
      : `it was recorded on ${cleanText(session.machine)}; clients delete transcripts after 30 days`,
  )
}

/** Waits for a slow reader, so that a large transcript is not held as text. */
async function writeOut(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}
