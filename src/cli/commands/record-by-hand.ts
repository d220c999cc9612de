import path from 'node:path'
import { exitCode, UserError } from '../../base/errors.ts'
import { recordTranscript } from '../../ingest/record.ts'
import { type Context, placeOf } from '../context.ts'

/** Records one transcript with its subagents and says what was found. Exit code 1 if the file can't be read. */
export async function recordByHand(context: Context, file: string): Promise<void> {
  const found = await recordTranscript(await placeOf(context), path.resolve(file), { waitMs: 10_000 })
  if (!found)
    throw new UserError(`${file} is no transcript that can be read`, 'name a .jsonl file of Claude Code')
  const parts = [
    `session ${found.sessionId}`,
    `${found.files} file${found.files === 1 ? '' : 's'}`,
    `${found.messages} API messages`,
    `${found.malformedLines} malformed lines`,
  ]
  if (found.unfinalized > 0) parts.push(`${found.unfinalized} unfinalized`)
  if (found.unpricedModels.length > 0) parts.push(`no price for ${found.unpricedModels.join(', ')}`)
  process.stdout.write(`recorded: ${parts.join(' · ')}\n`)
  process.exitCode = exitCode.ok
}
