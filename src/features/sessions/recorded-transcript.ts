import { existsSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import type { Db } from '../../store/query.ts'
import type { FoundTranscript } from '../../transcripts/source.ts'
import { sessionFiles } from './detail.ts'
import { findSession } from './find.ts'

/** What the database knows of a session whose transcript has another name, or is gone. */
export async function recordedTranscript(db: Db, name: string): Promise<FoundTranscript> {
  const session = await findSession(db, name)
  const files = (await sessionFiles(db, session.id)).map(file => file.path)
  const main = files.find(file => !path.basename(file).startsWith('agent-') && existsSync(file))
  if (main !== undefined && session.tool !== null) {
    return { tool: session.tool, sessionId: session.id, path: main }
  }
  const wasHere = files[0]
  if (wasHere !== undefined)
    throw new UserError(
      `the transcript of ${session.id} is gone`,
      `it was ${cleanText(wasHere)}; clients delete transcripts after 30 days. What is recorded of it stays: csl session ${session.id.slice(0, 8)}`,
    )
  throw new UserError(
    `the transcript of ${session.id} is not on this machine`,
    `it was recorded on ${cleanText(session.machine ?? 'an unknown machine')}`,
  )
}
