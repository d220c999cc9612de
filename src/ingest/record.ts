import { sources } from '../transcripts/sources.ts'
import { applyReadings, type Reading } from './apply.ts'
import { type Place, withLedger } from './open-ledger.ts'
import { readFile } from './read-file.ts'
import { createSummary, type ReadSummary } from './summary.ts'

/**
 * Records one session by the path of its main transcript (or of any transcript), with its subagents' files.
 * Undefined where there is no such file.
 */
export async function recordTranscript(
  place: Place,
  file: string,
  options: { waitMs: number },
): Promise<(ReadSummary & { sessionId: string }) | undefined> {
  for (const source of sources) {
    const files = await source.listSession(file)
    if (!files.some(found => found.path === file)) continue
    const readings: Reading[] = []
    for (const found of files) readings.push(await readFile(found))
    const main = readings.find(reading => reading.file.path === file)
    // A file of which no line can be read is no transcript.
    if (!main || main.transcript.facts.lines === main.transcript.facts.malformedLines) return undefined
    // Flat files of other sessions may lie beside it.
    const { sessionId } = main.transcript
    const own = readings.filter(reading => reading.transcript.sessionId === sessionId)
    const unpricedModels = await withLedger(place, options, ledger => applyReadings(ledger, own))
    const summary = createSummary()
    summary.add(own, unpricedModels)
    return { sessionId, ...summary.value() }
  }
  return undefined
}
