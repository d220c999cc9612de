import { localClock, type ZoneClock } from '../base/time.ts'
import type { Ask } from '../features/sessions/locate-transcript.ts'
import type { Conversation } from '../transcripts/conversation.ts'
import { loadInk } from './load-ink.ts'
import { createTranscriptData, firstBytes } from './transcripts.ts'

/**
 * Shows a transcript in the viewer, which closes it. Resolves when that is left and the terminal is as it was before. Needs
 * a terminal on stdin and stdout. Loads nothing of the database: `ask` is called for what can't be found by its name.
 */
export async function startViewer(
  { roots, ask }: { roots: readonly string[]; ask: Ask },
  conversation: Conversation,
): Promise<void> {
  let clock: ZoneClock | undefined
  const data = {
    ...createTranscriptData(roots, ask),
    // Made when a time is shown: Node takes 15 ms for its first calendar.
    get clock() {
      clock ??= localClock()
      return clock
    },
  }
  conversation.readOn(firstBytes)
  const [{ mountViewer }, { markdownRows: markdown }] = await Promise.all([
    loadInk(() => import('./viewer-alone.tsx')),
    import('./screens/viewer/markdown-rows.ts'),
  ])
  await mountViewer(data, { conversation, markdown })
}
