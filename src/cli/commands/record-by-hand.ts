import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UserError } from '../../base/errors.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { recordTranscript } from '../../ingest/record.ts'
import { type Context, placeOf } from '../context.ts'

/** Records one transcript with its subagents and says what was found. Exit code 1 if the file can't be read. */
export async function recordByHand(context: Context, file: string): Promise<void> {
  const place = await placeOf(context)
  await drainSpool(place, { waitMs: 10_000 })
  const found = await recordTranscript(place, path.resolve(file), { waitMs: 10_000 })
  if (!found) throw new UserError(`${file} is no transcript that can be read`, 'name a .jsonl file')
  const parts = [
    `session ${cleanText(found.sessionId)}`,
    `${found.files} file${found.files === 1 ? '' : 's'}`,
    `${found.messages} API messages`,
    `${found.malformedLines} malformed lines`,
  ]
  if (found.unfinalized > 0) parts.push(`${found.unfinalized} unfinalized`)
  if (found.unpricedModels.length > 0)
    parts.push(`no price for ${found.unpricedModels.map(cleanText).join(', ')}`)
  process.stdout.write(`recorded: ${parts.join(' · ')}\n`)
  process.exitCode = exitCode.ok
}
