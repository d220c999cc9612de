import { once } from 'node:events'
import { UsageError } from '../../base/errors.ts'
import { openNamedTranscript } from '../../features/sessions/locate-transcript.ts'
import { jsonOf } from '../../transcripts/export/json.ts'
import { markdownOf } from '../../transcripts/export/markdown.ts'
import type { Context } from '../context.ts'
import { withUpToDateStore } from '../up-to-date.ts'
import { isOnTerminal, tuiCommand } from './tui.ts'

/** A session's transcript: in the viewer on a terminal, else as Markdown or JSON. */
export async function viewCommand(
  context: Context,
  idOrPrefix: string,
  options: { md?: boolean; json?: boolean; agent?: string },
): Promise<void> {
  if (options.md && options.json) throw new UsageError('--md and --json exclude each other')
  const name = { sessionId: idOrPrefix.trim(), agentId: options.agent }
  const conversation = await openNamedTranscript(context.paths.claudeRoots, name, question =>
    withUpToDateStore(context, question),
  )
  try {
    if (!options.md && !options.json && isOnTerminal()) {
      const { sessionId, agentId } = conversation
      const place = { sessionId, agentId: agentId ?? undefined }
      await tuiCommand(context, { screen: 'viewer', transcripts: [place] })
      return
    }
    await writeOut(options.json ? jsonOf(conversation) : markdownOf(conversation))
  } finally {
    conversation.close()
  }
}

/** Waits for a slow reader, so that a large transcript is not held as text. */
async function writeOut(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}
