import { readTextIfThere, writeFileAtomic } from '../../base/files.ts'

/** How the last sync that a job of the system started came out. */
export interface LastRun {
  readonly startedAt: string
  readonly endedAt: string
  readonly ok: boolean
  /** In words, a line; names no secret. */
  readonly result: string
}

/** Reads background.json of the data folder; undefined: no job has run yet, or it cannot be understood. */
export function readLastRun(file: string): LastRun | undefined {
  try {
    const value = JSON.parse(readTextIfThere(file) ?? '')
    const { startedAt, endedAt, ok, result } = value
    const isRun = [startedAt, endedAt, result].every(part => typeof part === 'string') && typeof ok === 'boolean'
    return isRun ? { startedAt, endedAt, ok, result } : undefined
  } catch {
    return undefined
  }
}

export async function writeLastRun(file: string, run: LastRun): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(run, null, 2)}\n`)
}
