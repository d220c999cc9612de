import { randomUUID } from 'node:crypto'
import { UsageError } from '../../base/errors.ts'
import { defaultStatus } from '../../features/entries/entry.ts'
import { newEntrySayings } from '../../features/entries/new-entry.ts'
import { projectHere } from '../../features/sessions/project-here.ts'
import { sayNew } from '../../ingest/say.ts'
import { type Context, placeOf } from '../context.ts'
import { toJson } from '../json.ts'
import { saidAsFields, tellSaid } from '../notes/change-entry.ts'
import { isSessionId, sessionHere } from '../notes/here.ts'
import { readCategory, readStatus, readTags, readText } from '../notes/options.ts'

/** How long it waits for another process's lock, in milliseconds, before the journal alone must do. */
const waitMs = 3000

interface LogOptions {
  readonly category: string
  readonly title: string
  readonly body?: string
  readonly status?: string
  readonly sessionId?: string
  readonly tag?: readonly string[]
  readonly json?: boolean
}

/** Logs an entry of this directory's project. It is kept even where the database can't be had. */
export async function logCommand(context: Context, options: LogOptions): Promise<void> {
  const category = readCategory(options.category)
  const status = options.status === undefined ? defaultStatus(category) : readStatus(options.status)
  const tags = readTags(options.tag)
  const title = await readText(options.title, 'title')
  if (title.trim() === '') throw new UsageError('--title is empty', 'say in a few words what it is about')
  const body = options.body === undefined ? '' : await readText(options.body, 'body')
  const session = await sessionOf(context, options.sessionId)
  const place = await placeOf(context)
  const { project, key: projectKey, isKeyPublic } = projectHere(process.cwd())

  const id = randomUUID()
  const sayings = newEntrySayings(
    { category, status, title, body, tags, sessionId: session.id, project, projectKey, isKeyPublic },
    { identity: place.identity, nowMs: context.now() },
  )
  const said = await sayNew(place, id, sayings, { waitMs })

  if (options.json) {
    const { id: sessionId, isGuess: sessionIsGuess } = session
    const fields = { id, category, status, project, sessionId, sessionIsGuess, ...saidAsFields(said) }
    process.stdout.write(`${toJson(fields)}\n`)
  } else {
    process.stdout.write(`logged ${category} (${status}) id=${id}\n`)
    if (session.isGuess)
      process.stderr.write(`session ${session.id}: a guess, the last one at work in this directory\n`)
  }
  tellSaid(said)
}

async function sessionOf(
  context: Context,
  given: string | undefined,
): Promise<{ id: string | null; isGuess: boolean }> {
  if (given === undefined) return sessionHere(context)
  if (!isSessionId(given)) throw new UsageError('--session-id is no id of a session')
  return { id: given, isGuess: false }
}
