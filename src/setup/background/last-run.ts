import { readTextIfThere, writeFileAtomic } from '../../base/files.ts'

/** The last sync that the system started. */
export interface LastRun {
  readonly startedAt: string
  /** Null: it is at it, or was ended from outside. */
  readonly endedAt: string | null
  readonly ok: boolean
  /** How it came out, in a line; names no secret. */
  readonly result: string
}

/** Reads background.json of the data folder; undefined: no job has run yet, or it cannot be understood. */
export function readLastRun(file: string): LastRun | undefined {
  try {
    const { startedAt, endedAt, ok, result } = JSON.parse(readTextIfThere(file) ?? '')
    const isRun =
      isInstant(startedAt) && (endedAt === null || isInstant(endedAt)) && typeof result === 'string'
    return isRun ? { startedAt, endedAt, ok: ok === true, result } : undefined
  } catch {
    return undefined
  }
}

export async function writeLastRun(file: string, run: LastRun): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(run, null, 2)}\n`)
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
