import { randomBytes } from 'node:crypto'
import { errorText } from '../../base/errors.ts'
import type { SqlTransport } from './sql-transport.ts'
import { isTransient, RemoteError } from './trouble.ts'

/** What was found about a remote, and what it means. */
export interface Probed {
  readonly state: 'ok' | 'warning' | 'problem'
  readonly text: string
  readonly todo: string | null
}

/** Stamps of a clock that is further off than this are noticed; a day ahead they are not gone by. */
const mostSkewMs = 60_000
const wrongDayMs = 24 * 60 * 60_000

/**
 * Tries what a sync takes for granted of a remote. Writes into a table of a name of its own, and leaves nothing behind: what can
 * be is undone with its transaction. `ours`: our DuckDB; `now`: this machine's clock, where the remote has one of its own;
 * `openSecond`: another connection, where one process can have two. Throws what stands in the way of any of it.
 */
export async function probeRemote(
  transport: SqlTransport,
  options: { ours: string; now?: () => number; openSecond?: () => Promise<SqlTransport> },
): Promise<Probed[]> {
  const { ours, now, openSecond } = options
  const found: Probed[] = []
  const [about] = await transport.query(`SELECT version() AS version`)
  found.push(versionProbed(about?.version ?? '', ours))
  if (now) {
    const before = now()
    const [clock] = await transport.query(`SELECT epoch_ms(now()::TIMESTAMPTZ)::VARCHAR AS ms`)
    const after = now()
    found.push(clockProbed(Number(clock?.ms) - (before + after) / 2, (after - before) / 2))
  }
  const table = `csl_probe_${randomBytes(6).toString('hex')}`
  found.push(await probeKeys(transport, table))
  found.push(await probeMerge(transport, table))
  if (openSecond) found.push(await probeConflict(transport, openSecond, table))
  return found
}

/** Pure. */
export function versionProbed(theirs: string, ours: string): Probed {
  const short = (version: string) => /^v?(\d+\.\d+)/.exec(version)?.[1]
  if (short(theirs) === undefined) return { state: 'ok', text: `runs ${theirs}`, todo: null }
  const text = `runs DuckDB ${theirs}, this program v${ours}`
  if (short(theirs) === short(ours)) return { state: 'ok', text, todo: null }
  return { state: 'warning', text, todo: 'update claude-session-logger before it is refused' }
}

/** Pure. `ahead`: by how much the remote's clock is before this one, in milliseconds, give or take `uncertainty`. */
export function clockProbed(ahead: number, uncertainty: number): Probed {
  const off = Math.max(0, Math.abs(ahead) - uncertainty)
  const seconds = Math.round(off / 1000)
  if (off <= mostSkewMs) return { state: 'ok', text: 'its clock and this one agree', todo: null }
  const text = `this machine's clock is ${seconds} s ${ahead > 0 ? 'behind' : 'ahead'}`
  const todo = 'set the clock: of two who change one entry, the later stamp holds'
  return { state: off > wrongDayMs ? 'problem' : 'warning', text, todo }
}

/** Rows are told apart in the statements, so either is fine. */
async function probeKeys(transport: SqlTransport, table: string): Promise<Probed> {
  const isEnforced = await undone(transport, async () => {
    await transport.query(`CREATE TABLE ${table} (k VARCHAR PRIMARY KEY)`)
    await transport.query(`INSERT INTO ${table} VALUES ('a')`)
    return fails(transport.query(`INSERT INTO ${table} VALUES ('a')`))
  })
  return {
    state: 'ok',
    text: isEnforced ? 'keeps primary keys' : 'does not keep primary keys: no need',
    todo: null,
  }
}

async function probeMerge(transport: SqlTransport, table: string): Promise<Probed> {
  const isMissing = await undone(transport, async () => {
    await transport.query(`CREATE TABLE ${table} (k VARCHAR)`)
    return fails(
      transport.query(
        `MERGE INTO ${table} t USING (SELECT 'a' AS k) s ON t.k = s.k WHEN NOT MATCHED THEN INSERT VALUES (s.k)`,
      ),
    )
  })
  return { state: 'ok', text: isMissing ? 'knows no MERGE: no need' : 'knows MERGE', todo: null }
}

/** Two who write one row at once: the words of the one who must try again are to be known as such. */
async function probeConflict(
  transport: SqlTransport,
  openSecond: () => Promise<SqlTransport>,
  table: string,
): Promise<Probed> {
  await transport.query(`CREATE TABLE ${table} (n INTEGER)`)
  const second = await openSecond()
  try {
    await transport.query(`INSERT INTO ${table} VALUES (0)`)
    const change = (n: number) => `UPDATE ${table} SET n = ${n}`
    await transport.query('BEGIN TRANSACTION')
    await transport.query(change(1))
    await second.query('BEGIN TRANSACTION')
    const refusal = await second.query(change(2)).then(
      () => undefined,
      (error: unknown) => error,
    )
    await transport.query('COMMIT')
    const late =
      refusal ??
      (await second.query('COMMIT').then(
        () => undefined,
        (error: unknown) => error,
      ))
    await second.query('ROLLBACK').catch(() => undefined)
    if (late === undefined)
      return { state: 'warning', text: 'lets two write one row at once, and the last one holds', todo: null }
    if (isTransient(late)) return { state: 'ok', text: 'says when two write one row at once', todo: null }
    const text = `what it says when two write one row at once is not known: ${errorText(late).slice(0, 200)}`
    return { state: 'problem', text, todo: 'please report these words' }
  } finally {
    await second.close()
    await transport.query('ROLLBACK').catch(() => undefined)
    await transport.query(`DROP TABLE IF EXISTS ${table}`)
  }
}

/** Does something of which nothing stays. */
async function undone<T>(transport: SqlTransport, work: () => Promise<T>): Promise<T> {
  await transport.query('BEGIN TRANSACTION')
  try {
    return await work()
  } finally {
    await transport.query('ROLLBACK').catch(() => undefined)
  }
}

/** Whether the remote does not do it; that it can't be asked is thrown. */
async function fails(statement: Promise<unknown>): Promise<boolean> {
  try {
    await statement
    return false
  } catch (error) {
    if (error instanceof RemoteError && ['refused', 'readOnly', 'full', 'missing'].includes(error.kind))
      throw error
    return true
  }
}
