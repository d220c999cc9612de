import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../../src/features/entries/change.ts'
import { appendToJournal, hasUnreadJournal, lastJournalStamp } from '../../../src/features/entries/journal.ts'
import { type Place, withLedger } from '../../../src/ingest/open-ledger.ts'
import type { Row } from '../../../src/store/query.ts'
import { aChange, aCreation } from '../../support/changes.ts'
import { aPlace } from '../../support/ledger.ts'

const mine: Partial<Change> = { actor: 'person-1', actorName: 'Test Person' }
const create = aChange(0, 'create', aCreation(), mine)
const note = aChange(1, 'note', 'One', mine)
const status = aChange(2, 'status', 'resolved', mine)

/** What the next command that writes finds: opening the ledger takes the journal over. */
function opened(place: Place): Promise<Row[]> {
  return withLedger(place, { threads: 1 }, ({ db }) =>
    db.rows(`SELECT title, status, note_count AS notes FROM log_entries ORDER BY id`),
  )
}

function numbered(place: Place): Promise<Row[]> {
  return withLedger(place, { threads: 1 }, ({ db, writer }) =>
    db.rows(`SELECT kind, seq, received, writer_id = $id AS own FROM changes ORDER BY seq`, {
      id: writer.id,
    }),
  )
}

const title = 'Staging double-counts refunds'

describe('the journal', () => {
  test('is private, and what stands in it appears with the next command', async () => {
    const place = aPlace()
    appendToJournal(place.paths.changesFile, [create, note])

    expect(await opened(place)).toEqual([{ title, status: 'open', notes: 1 }])
    expect(statSync(place.paths.changesFile).mode & 0o777).toBe(0o600)
  })

  test('is read on from where it was, and numbers follow each other', async () => {
    const place = aPlace()
    appendToJournal(place.paths.changesFile, [create])
    await opened(place)
    appendToJournal(place.paths.changesFile, [note, status])

    expect(await opened(place)).toEqual([{ title, status: 'resolved', notes: 1 }])
    const rows = await numbered(place)
    expect(rows.map(row => row.received)).toEqual([1, 2, 3])
    expect(rows.every(row => row.own)).toBe(true)
    expect(new Set(rows.map(row => row.seq)).size).toBe(3)
  })

  test('with nothing new costs a look, also where its last line is torn', async () => {
    const place = aPlace()
    const { changesFile } = place.paths
    appendToJournal(changesFile, [create])
    appendFileSync(changesFile, '{"hlc":"17')
    await opened(place)

    await withLedger(place, { threads: 1 }, async ({ meta }) =>
      expect(hasUnreadJournal(meta, changesFile)).toBe(false),
    )
    appendToJournal(changesFile, [note])
    await withLedger(place, { threads: 1 }, async ({ meta }) =>
      expect(hasUnreadJournal(meta, changesFile)).toBe(false),
    )
  })

  test('whose last line a kill tore loses that line alone', async () => {
    const place = aPlace()
    const { changesFile } = place.paths
    appendToJournal(changesFile, [create, status])
    truncateSync(changesFile, statSync(changesFile).size - 5)
    expect(await opened(place)).toEqual([{ title, status: 'open', notes: 0 }])

    appendToJournal(changesFile, [note])

    expect(await opened(place)).toEqual([{ title, status: 'open', notes: 1 }])
    expect(readFileSync(place.paths.logFile, 'utf8')).toMatch(
      /journal: a line of changes\.jsonl can't be read/,
    )
  })

  test('with lines that are no changes gives the others', async () => {
    const place = aPlace()
    const { changesFile } = place.paths
    appendToJournal(changesFile, [create])
    appendFileSync(changesFile, 'garbage\n\n[]\n{"hlc":1}\n\ufffd\u0000\n')
    appendToJournal(changesFile, [note])

    expect(await opened(place)).toEqual([{ title, status: 'open', notes: 1 }])
  })

  test('fills a database that was made anew, under its new writer', async () => {
    const place = aPlace()
    appendToJournal(place.paths.changesFile, [create, note])
    await opened(place)
    rmSync(place.paths.database)

    expect(await opened(place)).toEqual([{ title, status: 'open', notes: 1 }])
    expect((await numbered(place)).every(row => row.own)).toBe(true)
  })

  test('that was replaced, cut or read twice adds what is missing and nothing else', async () => {
    const place = aPlace()
    const { changesFile } = place.paths
    const other = `${changesFile}.other`
    appendToJournal(changesFile, [create, note])
    await opened(place)

    appendToJournal(other, [status, create])
    rmSync(changesFile)
    copyFileSync(other, changesFile)
    expect(await opened(place)).toEqual([{ title, status: 'resolved', notes: 1 }])

    // Over the old one, in the same place: longer, and our place is inside a line.
    const extra = aChange(9, 'tag', 'a-rather-long-tag-so-that-lines-differ-in-length', mine)
    rmSync(other)
    appendToJournal(other, [extra, status, create, note])
    writeFileSync(changesFile, readFileSync(other))
    await opened(place)
    truncateSync(changesFile, 0)
    await opened(place)
    expect(await numbered(place)).toHaveLength(4)
  })

  test('that another one was put in the place of is read from its beginning, also where a line ends at our place', async () => {
    const place = aPlace()
    const { changesFile } = place.paths
    const second = aChange(0, 'create', aCreation(), { ...mine, subject: 'entry:e2' })
    appendToJournal(changesFile, [create])
    await opened(place)

    appendToJournal(`${changesFile}.other`, [second, create, status])
    renameSync(`${changesFile}.other`, changesFile)

    expect(await opened(place)).toMatchObject([{ status: 'resolved' }, { status: 'open' }])
  })

  test('tells its newest stamp to who can not ask the database', () => {
    const { changesFile } = aPlace().paths
    expect(lastJournalStamp(changesFile)).toBeNull()

    appendToJournal(changesFile, [status, create])
    appendFileSync(changesFile, 'torn')

    expect(lastJournalStamp(changesFile)).toBe(status.hlc)
  })
})
