import duckdb from '@duckdb/node-bindings'
import { exitCode, UserError } from '../../base/errors.ts'
import { troubleOf } from '../busy.ts'
import { hasBrokenLog } from '../log-head.ts'
import {
  explained,
  guardSettings,
  newFileSettings,
  openInstance,
  retriedWhileBusy,
  StoreDamagedError,
} from '../open.ts'
import { createDb, type Db } from '../query.ts'

/** An engine without a database of its own, to which whole files are attached: for copies of them. */
export interface Engine {
  readonly db: Db
  /**
   * Attaches a file, waiting up to `waitMs` milliseconds for the lock of another process; `onWait` is told once if it must wait.
   * For reading, the lock keeps writers out until it is detached. Throws as `withStore` does.
   */
  attach(
    file: string,
    name: string,
    options: { access: 'read' | 'write'; waitMs?: number; onWait?: (() => void) | undefined },
  ): Promise<void>
  detach(name: string): Promise<void>
}

export interface EngineOptions {
  /** The file that errors are about. */
  readonly file: string
  /** Ends the statement that runs. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Gives the work an engine for as long as it takes. None of its files may be open through `withStore` meanwhile: two engines
 * of one process on one file lose rows without a word. Throws as `withStore` does; a UserError with the exit code of an
 * interruption where the signal ended it.
 */
export async function withEngine<T>(
  { file, signal }: EngineOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  try {
    signal?.throwIfAborted()
    return await withOpenEngine(signal, work)
  } catch (error) {
    if (signal?.aborted) throw new UserError('interrupted', 'nothing was changed', exitCode.interrupted)
    throw explained(error, file)
  }
}

async function withOpenEngine<T>(
  signal: AbortSignal | undefined,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const { enable_external_access: _, ...guards } = guardSettings // the files to attach
  // Else what does not fit into memory would go to a folder in the working directory.
  const settings = { ...guards, ...newFileSettings, temp_directory: '' }
  const instance = await openInstance(':memory:', settings, 0)
  try {
    const connection = await duckdb.connect(instance)
    const onAbort = () => duckdb.interrupt(connection)
    signal?.addEventListener('abort', onAbort)
    try {
      const db = createDb(connection)
      await db.run(`SET TimeZone = 'UTC'`)
      return await work(createEngine(db))
    } finally {
      signal?.removeEventListener('abort', onAbort)
      duckdb.disconnect_sync(connection)
    }
  } finally {
    duckdb.close_sync(instance)
  }
}

function createEngine(db: Db): Engine {
  return {
    db,
    async attach(file, name, { access, waitMs = 0, onWait }) {
      if (hasBrokenLog(file)) throw new StoreDamagedError(file, 'its log does not begin as one')
      const options = access === 'read' ? ' (READ_ONLY)' : ''
      const attach = () => db.run(`ATTACH ${textLiteral(file)} AS ${quotedName(name)}${options}`)
      try {
        await attach().catch((error: unknown) => {
          if (troubleOf(error) !== 'busy' || waitMs <= 0) throw error
          onWait?.()
          return retriedWhileBusy(attach, waitMs)
        })
      } catch (error) {
        throw explained(error, file)
      }
    },
    detach: async name => void (await db.run(`DETACH ${quotedName(name)}`)),
  }
}

/** A name as SQL: tables that people made may be called anything. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL, where no parameter may stand. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
