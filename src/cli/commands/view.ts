import { once } from 'node:events'
import { UsageError } from '../../base/errors.ts'
import { type Ask, openNamedTranscript } from '../../features/sessions/locate-transcript.ts'
import { jsonOf } from '../../transcripts/export/json.ts'
import { markdownOf } from '../../transcripts/export/markdown.ts'
import type { Context } from '../context.ts'
import { isOnTerminal } from '../on-terminal.ts'

/** A session's transcript: in the viewer on a terminal, else as Markdown or JSON. */
export async function viewCommand(
  context: Context,
  idOrPrefix: string,
  options: { md?: boolean; json?: boolean; agent?: string },
): Promise<void> {
  if (options.md && options.json) throw new UsageError('--md and --json exclude each other')
  const name = { sessionId: idOrPrefix.trim(), agentId: options.agent }
  const roots = context.paths.claudeRoots
  const ask: Ask = async question => (await import('../up-to-date.ts')).withUpToDateStore(context, question)
  const conversation = await openNamedTranscript(roots, name, ask)
  try {
    if (!options.md && !options.json && isOnTerminal()) {
      const { startViewer } = await import('../../tui/start-viewer.ts')
      await startViewer({ roots, ask }, conversation)
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
