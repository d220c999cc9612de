import type { Identity } from '../base/identity.ts'
import { writeLog } from '../base/log-file.ts'
import type { Paths } from '../base/paths.ts'
import { hasUnreadJournal, replayJournal } from '../features/entries/journal.ts'
import { projectSessions } from '../features/sessions/project-sessions.ts'
import { loadTypeRules, rulesFingerprint, type TypeRule } from '../features/sessions/type-rules.ts'
import type { PriceBook } from '../features/usage/price-book.ts'
import { loadPrices } from '../features/usage/price-files.ts'
import { type LedgerPricer, openPricer } from '../features/usage/pricing.ts'
import { needsRepricing, reprice } from '../features/usage/reprice.ts'
import { type Meta, readMeta } from '../store/meta.ts'
import { type StoreOptions, withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'
import { openWriter, type Writer } from '../store/writer.ts'
import { adoptOlderTotals } from './adopt-older.ts'
import { adoptOwnOlderEntries } from './adopt-older-entries.ts'

/** What every verb that writes needs to know about this installation. */
export interface Place {
  readonly paths: Paths
  readonly identity: Identity
  /** The built-in prices.json. */
  readonly pricesFile: string
  readonly now: () => number
}

/** What people set: prices and rules of classification, with the built-in ones behind them. */
export interface Settings {
  readonly book: PriceBook
  readonly rules: readonly TypeRule[]
  readonly rulesState: string
  readonly problems: readonly string[]
}

/** Reads the user's price list and rules. Never throws for what stands in them: problems are named. */
export async function loadSettings(place: Pick<Place, 'paths' | 'pricesFile'>): Promise<Settings> {
  const book = loadPrices({ builtInFile: place.pricesFile, userFile: place.paths.pricesFile })
  const { rules, problems } = await loadTypeRules(place.paths.sessionTypesFile)
  return { book, rules, rulesState: rulesFingerprint(rules), problems: [...book.problems, ...problems] }
}

/** The open database with all that is needed to write rows that are right at once. */
export interface Ledger {
  readonly db: Db
  readonly meta: Meta
  readonly writer: Writer
  readonly pricer: LedgerPricer
  readonly settings: Settings
  readonly place: Place
}

/**
 * Opens the database for writing and brings it up to what the settings say now: totals of an older tool are adopted,
 * changed prices and rules are applied to all rows. Then does the work. See `withStore` for the errors.
 */
export async function withLedger<T>(
  place: Place,
  options: Omit<StoreOptions, 'access'>,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  let loading: Promise<Settings> | undefined
  const done = withStore(place.paths.database, { ...options, access: 'write' }, async db => {
    return work(await prepareLedger(db, place, await (loading ?? loadSettings(place))))
  })
  // Read while the database is being opened on another thread.
  loading = loadSettings(place)
  const [result] = await Promise.all([done, loading])
  return result
}

/** Brings an open database up to what the settings say now. */
export function prepareLedger(db: Db, place: Place, settings: Settings): Promise<Ledger> {
  return db.transaction(async () => {
    const meta = await readMeta(db)
    const writer = await openWriter(db, meta, place.identity)
    const pricer = await openPricer(db, settings.book)
    const opened = { db, meta, writer, pricer, settings, place }
    await tidy(opened)
    await writer.save()
    return opened
  })
}

/**
 * Whether `withLedger` would change rows, as settings say other things than before, or name a problem, or take over what a
 * kill left in the journal. Reads only.
 */
export async function needsTidying(db: Db, settings: Settings, paths: Paths): Promise<boolean> {
  const meta = await readMeta(db)
  if (hasUnreadJournal(meta, paths.changesFile)) return true
  if (needsRepricing(meta, settings.book) || hasNewProblems(meta, settings)) return true
  return meta.get(shownKey) !== shownWith(meta, settings)
}

/** What readable rows take from elsewhere than observations: the rules, and this machine's label and person. */
function shownWith(meta: Meta, settings: Settings): string {
  return `${settings.rulesState} ${meta.get('machine')}`
}

const shownKey = 'shown_with'

async function tidy(ledger: Ledger): Promise<void> {
  const { db, meta, writer, pricer, settings, place } = ledger
  await sayProblems(ledger)
  await adoptOwnOlderEntries(db, { meta, writer, nowMs: place.now() })
  await takeOverJournal(ledger)
  const touched = new Set<string>([
    ...(await adoptOlderTotals(db, meta, writer)),
    ...(await reprice(db, meta, pricer)),
  ])
  const shown = shownWith(meta, settings)
  if (meta.get(shownKey) !== shown) {
    const sessions = await db.rows<{ sessionId: string }>(`SELECT session_id FROM sessions`)
    for (const { sessionId } of sessions) touched.add(sessionId)
    await meta.set(shownKey, shown)
  }
  await projectSessions(db, { sessionIds: touched, rules: settings.rules, nowMs: place.now() })
}

/** What this person said and the database does not know yet. Inside a transaction. */
export async function takeOverJournal({ db, meta, writer, place }: Ledger): Promise<void> {
  await replayJournal(db, {
    meta,
    writer,
    file: place.paths.changesFile,
    nowMs: place.now(),
    onBroken: text => writeLog(place.paths.logFile, 'journal', text),
  })
}

/** A broken settings file is said once, not by every hook. */
async function sayProblems({ meta, settings, place }: Ledger): Promise<void> {
  if (!hasNewProblems(meta, settings)) return
  for (const problem of settings.problems) writeLog(place.paths.logFile, 'settings', problem)
  await meta.set(problemsKey, JSON.stringify(settings.problems))
}

const problemsKey = 'said_problems'

function hasNewProblems(meta: Meta, { problems }: Settings): boolean {
  return (meta.get(problemsKey) ?? '[]') !== JSON.stringify(problems)
}
