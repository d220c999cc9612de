import { describe, expect, test } from 'vitest'
import { adoptedChanges, adoptOlderEntries, type OlderEntry } from '../../../src/features/entries/adopt.ts'
import { payloadHash, type StoredChange } from '../../../src/features/entries/change.ts'
import { applyChanges } from '../../../src/features/entries/changes.ts'
import { type Entry, foldEntry, renderBody } from '../../../src/features/entries/fold.ts'
import type { Row } from '../../../src/store/query.ts'
import { aChange, aCreation, aRow, noon } from '../../support/changes.ts'
import { withNewLedger } from '../../support/ledger.ts'

const logged: OlderEntry = {
  id: 'e1',
  sessionId: 's-1',
  loggedAtMs: noon,
  category: 'task',
  status: 'in_progress',
  title: 'Water the orchard',
  body: 'Twice a week.',
  updatedAtMs: null,
  createdBy: 'Ada',
  updatedBy: null,
}
const nothing: OlderEntry = {
  id: 'e0',
  sessionId: null,
  loggedAtMs: null,
  category: null,
  status: null,
  title: null,
  body: null,
  updatedAtMs: null,
  createdBy: null,
  updatedBy: null,
}

/** What becomes of a history when these rows are adopted one after the other. */
function adopted(rows: readonly OlderEntry[], history: readonly StoredChange[] = []): StoredChange[] {
  const known = [...history]
  for (const row of rows) {
    for (const change of adoptedChanges('e1', row, known, 'all'))
      known.push({ ...change, payloadHash: payloadHash(change) })
  }
  return known
}

function shown(history: readonly StoredChange[]): (Entry & { body: string | null }) | undefined {
  const entry = foldEntry(history)
  return entry && { ...entry, body: renderBody(entry) }
}

describe('an entry of the older tool', () => {
  test('is taken up with all it says', () => {
    expect(shown(adopted([logged]))).toMatchObject({
      loggedAt: '2026-11-01T12:00:00.000Z',
      sessionId: 's-1',
      category: 'task',
      status: 'in_progress',
      title: 'Water the orchard',
      body: 'Twice a week.',
      createdBy: 'Ada',
      personId: 'legacy:Ada',
      updatedAt: null,
      updatedBy: null,
    })
  })

  test('has its own status, also where another one is usual for its category', () => {
    expect(shown(adopted([{ ...logged, category: 'issue', status: 'info' }]))).toMatchObject({
      status: 'info',
    })
    expect(shown(adopted([{ ...logged, category: 'issue', status: null }]))).toMatchObject({ status: 'open' })
  })

  test('that was edited says when and by whom', () => {
    const edited = { ...logged, updatedAtMs: noon + 60_000, updatedBy: 'Bea' }

    expect(shown(adopted([edited]))).toMatchObject({
      updatedAt: '2026-11-01T12:01:00.000Z',
      updatedBy: 'Bea',
      createdBy: 'Ada',
    })
  })

  test('is adopted once: the same row again says nothing new', () => {
    expect(adoptedChanges('e1', logged, adopted([logged]), 'all')).toEqual([])
    expect(adoptedChanges('e1', nothing, adopted([nothing]), 'all')).toEqual([])
  })

  test('that says nothing is an entry all the same', () => {
    expect(shown(adopted([nothing]))).toMatchObject({
      loggedAt: '1970-01-01T00:00:00.000Z',
      title: '',
      body: null,
      category: 'note',
      createdBy: 'unknown',
    })
  })

  test('makes the same changes on every machine, whatever version each saw first', () => {
    const later = {
      ...logged,
      status: 'resolved',
      body: 'Twice a week.\n\nDone.',
      updatedAtMs: noon + 60_000,
      updatedBy: 'Bea',
    }
    const early = adopted([logged, later])
    const late = adopted([later])

    const { statuses, ...both } = shown([...early, ...late]) ?? {}
    expect(both).toEqual({ ...shown(late), statuses: undefined })
    expect(statuses?.map(({ status }) => status)).toEqual(['in_progress', 'resolved'])
    expect(shown(late)).toMatchObject({ status: 'resolved', body: 'Twice a week.\n\nDone.', notes: [] })
    expect(adopted([later], early)).toEqual(early)
  })

  test('adds to an entry of ours: the rest of the text is a note', () => {
    const ours = [aChange(0, 'create', aCreation()), aChange(60, 'note', 'Ours')]
    const body = `${renderBody(foldEntry(ours) as Entry)}\n\nAdded by the older tool`
    const row = {
      ...logged,
      title: 'Staging double-counts refunds',
      category: 'issue',
      status: 'resolved',
      body,
      updatedAtMs: noon + 120_000,
      updatedBy: 'Cem',
    }

    expect(shown(adopted([row], ours))).toMatchObject({
      text: 'Seen twice.',
      status: 'resolved',
      updatedBy: 'Cem',
      notes: [{ text: 'Ours' }, { text: 'Added by the older tool', author: 'Cem' }],
    })
  })

  test('rewrites the text of an entry of ours, and its notes stay once', () => {
    const ours = [aChange(0, 'create', aCreation()), aChange(60, 'note', 'Ours')]
    const body = (renderBody(foldEntry(ours) as Entry) ?? '').replace('Seen twice.', 'Seen three times.')
    const row = { ...logged, body, updatedAtMs: noon + 120_000 }

    expect(shown(adopted([row], ours))).toMatchObject({
      text: 'Seen three times.',
      notes: [{ text: 'Ours' }],
    })
  })

  test('with odd values is taken up as far as they make sense', () => {
    const odd = {
      ...logged,
      category: 'In Progress!',
      status: '  ',
      title: 'a\u0000\nb \ud800',
      loggedAtMs: -5,
      updatedAtMs: Number.NaN,
    }

    expect(shown(adopted([odd]))).toMatchObject({
      category: 'in_progress_',
      title: 'a b \ufffd',
      updatedAt: null,
    })
  })
})

function rowsOf(table: string): string {
  return `SELECT * EXCLUDE (${table === 'changes' ? 'writer_id, seq, received' : 'synced'}) FROM ${table} ORDER BY ALL`
}

describe('adopting', () => {
  const rows = [logged, nothing, { ...logged, id: 'bad\nid' }, { ...logged, id: null }]

  test('gives every row an entry, the same ones wherever and however often it is done', async () => {
    const isOwn = () => true
    const results: Row[][] = []
    for (const order of [rows, [...rows].reverse()]) {
      await withNewLedger(async ({ db, meta, writer }) => {
        for (let time = 0; time < 2; time++)
          await adoptOlderEntries(db, { meta, writer, rows: order, share: 'all', isOwn, nowMs: noon })
        results.push([...(await db.rows(rowsOf('changes'))), ...(await db.rows(rowsOf('log_entries')))])
      })
    }

    expect(results[0]).toEqual(results[1])
    expect(results[0]?.filter(row => 'noteCount' in row)).toHaveLength(4)
  })

  test('is news only of what others did', async () => {
    await withNewLedger(async ({ db, meta, writer }) => {
      const edited = { ...logged, status: 'resolved', updatedAtMs: noon + 60_000, updatedBy: 'Bea' }

      await adoptOlderEntries(db, {
        meta,
        writer,
        rows: [edited],
        share: 'all',
        isOwn: name => name === 'Ada',
        nowMs: noon,
      })

      const news = await db.rows<{ kind: string }>(
        `SELECT kind FROM changes WHERE received > 0 ORDER BY kind`,
      )
      expect(news.map(({ kind }) => kind)).toEqual(['body', 'category', 'status', 'title'])
      expect(await db.rows(`SELECT actor_name FROM changes WHERE received = 0 AND kind = 'create'`)).toEqual([
        { actorName: 'Ada' },
      ])
    })
  })

  test('is no news of what this device was told of before', async () => {
    await withNewLedger(async ({ db, meta, writer }) => {
      const seen = new Set(adopted([logged]).map(change => change.payloadHash))
      const rows = [logged, { ...logged, id: 'e2' }]

      await adoptOlderEntries(db, { meta, writer, rows, share: 'all', isOwn: () => false, seen, nowMs: noon })

      expect(await db.rows(`SELECT DISTINCT subject FROM changes WHERE received > 0`)).toEqual([
        { subject: 'entry:e2' },
      ])
    })
  })

  test('what another machine adopted too changes nothing', async () => {
    await withNewLedger(async ({ db, meta, writer }) => {
      const theirs = adopted([logged]).map((change, index) => aRow(index + 1, change))
      await adoptOlderEntries(db, {
        meta,
        writer,
        rows: [logged],
        share: 'all',
        isOwn: () => true,
        nowMs: noon,
      })
      const before = await db.rows('FROM changes')

      await applyChanges(db, { meta, rows: theirs, share: 'all', nowMs: noon })

      expect(await db.rows('FROM changes')).toEqual(before)
    })
  })
})
