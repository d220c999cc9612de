import { existsSync } from 'node:fs'

/** The name of a backup made at an instant: those of one folder sort by age. */
export function backupName(nowMs: number): string {
  return `sessions-${stamp(nowMs)}.duckdb`
}

/** Where a database that gives way to another is kept, beside it: `sessions.duckdb.damaged-20261120T133205Z`. */
export function keepName(database: string, why: 'before-restore' | 'damaged', nowMs: number): string {
  const name = `${database}.${why}-${stamp(nowMs)}`
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`
    if (!existsSync(free) && !existsSync(`${free}.wal`)) return free
  }
}

function stamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`
}
