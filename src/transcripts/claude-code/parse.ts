import { createHash } from 'node:crypto'
import { readJsonLines } from '../../base/jsonl.ts'
import type { ReadOptions, TranscriptFile } from '../source.ts'
import type { Transcript } from '../transcript.ts'
import { createFactsCollector } from './facts.ts'
import { asObject, isObject, storable } from './lines.ts'
import { memberOf, tool } from './locate.ts'
import { createUsageCollector, syntheticModel } from './usage.ts'

/**
 * Reads one transcript file whole: its messages counted once by the winner rule, and the facts around them.
 * Never throws for what stands in the file; see `readJsonLines` for what counts as malformed.
 */
export async function readTranscript(file: TranscriptFile, options: ReadOptions = {}): Promise<Transcript> {
  const facts = createFactsCollector()
  const usage = createUsageCollector()
  let number = 0
  const counts = await readJsonLines(
    file.path,
    (line, raw) => {
      number++
      facts.add(line, number)
      const lineHash = () => createHash('sha256').update(raw()).digest('hex').slice(0, 24)
      if (line.type === 'assistant' && isObject(line.message)) {
        if (line.message.model !== syntheticModel) usage.add(line, line.message, false, lineHash)
      } else if (line.type === 'progress') {
        // The reply of a subagent, shown while it ran: all there is where its own file is missing (rule 6).
        const data = asObject(line.data)
        const inner = asObject(data.message)
        if (data.type !== 'agent_progress' || inner.type !== 'assistant' || !isObject(inner.message)) return
        if (inner.message.model !== syntheticModel) usage.add(inner, inner.message, true, lineHash)
      }
    },
    options,
  )
  const found = facts.facts(counts, file.birthMs)
  const { sessionId, member } = memberOf(file.path, storable(facts.firstSessionId()))
  return { tool, sessionId, member, facts: found, usage: usage.records(sessionId, found.bornAtMs) }
}
