import { describe, expect, test } from 'vitest'
import { stampAt } from '../../../src/base/clock.ts'
import { applyChanges, lastStamp } from '../../../src/features/entries/changes.ts'
import type { Db } from '../../../src/store/query.ts'
import { aChange, aCreation, aRow, noon } from '../../support/changes.ts'
import { withNewLedger } from '../../support/ledger.ts'

const create = aChange(0, 'create', aCreation())
const share = 'all'

function entries(db: Db): Promise<Record<string, unknown>[]> {
  return db.rows(
    `SELECT id, title, status, body, updated_by, note_count, tags, synced FROM log_entries ORDER BY id`,
  )
}

describe('changes of others', () => {
  test('make an entry, and say whom they touched', async () => {
    await withNewLedger(async ({ db, meta }) => {
      const rows = [
        aRow(1, create),
        aRow(2, aChange(60, 'note', 'Found it', { actorName: 'Cem' })),
        aRow(3, aChange(61, 'status', 'resolved')),
        aRow(4, aChange(61, 'star', 'true', { subject: 'session:s-1' })),
      ]

      const touched = await applyChanges(db, { meta, rows, share, nowMs: noon })

      expect(touched).toEqual({ entries: new Set(['e1']), sessions: new Set(['s-1']), skipped: 0 })
      expect(await entries(db)).toEqual([
        {
          id: 'e1',
          title: 'Staging double-counts refunds',
          status: 'resolved',
          body: 'Seen twice.\n\n[2026-11-01 12:01 UTC] Cem: Found it',
          updatedBy: 'Bea',
          noteCount: 1,
          tags: '[]',
          synced: false,
        },
      ])
    })
  })

  test('count once, whoever brings them and however often', async () => {
    await withNewLedger(async ({ db, meta }) => {
      const note = aChange(60, 'note', 'Found it')
      const batches = [
        [aRow(2, note), aRow(1, create), aRow(2, note)],
        [aRow(1, create), aRow(2, note)],
        [aRow(7, note, 'writer-3'), aRow(8, create, 'writer-3')],
      ]

      for (const rows of batches) await applyChanges(db, { meta, rows, share, nowMs: noon })

      const kept = await db.rows(`SELECT writer_id, seq, received FROM changes ORDER BY received`)
      expect(kept).toEqual([
        { writerId: 'writer-2', seq: 2, received: 1 },
        { writerId: 'writer-2', seq: 1, received: 2 },
      ])
      expect(await entries(db)).toMatchObject([{ noteCount: 1 }])
    })
  })

  test('are known by what they say: a number that was forged or copied shuts nobody out', async () => {
    await withNewLedger(async ({ db, meta }) => {
      const forged = aRow(2, aChange(3, 'note', 'Not from Bea', { subject: 'entry:e2' }))
      await applyChanges(db, { meta, rows: [aRow(1, create), forged], share, nowMs: noon })

      for (let time = 0; time < 2; time++)
        await applyChanges(db, { meta, rows: [aRow(2, aChange(5, 'title', 'Other'))], share, nowMs: noon })

      expect(await entries(db)).toMatchObject([{ title: 'Other' }])
      expect(await db.rows('SELECT count(*)::INTEGER AS n FROM changes')).toEqual([{ n: 3 }])
    })
  })

  test('are of whom a remote of mine says, whatever a team’s claimed before', async () => {
    await withNewLedger(async ({ db, meta }) => {
      const claim = { ...create, actor: 'person-3', actorName: 'Mallory' }
      await applyChanges(db, { meta, rows: [aRow(7, claim, 'writer-3')], share: 'notes', nowMs: noon })
      const kept = () => db.rows(`SELECT writer_id, seq, actor_name FROM changes`)
      expect(await kept()).toEqual([{ writerId: 'team:writer-3', seq: 7, actorName: 'Mallory' }])

      const touched = await applyChanges(db, { meta, rows: [aRow(1, create)], share, nowMs: noon })
      await applyChanges(db, { meta, rows: [aRow(7, claim, 'writer-3')], share: 'notes', nowMs: noon })

      expect(touched.entries).toEqual(new Set(['e1']))
      expect(await kept()).toEqual([{ writerId: 'writer-2', seq: 1, actorName: 'Bea' }])
      expect(await db.rows(`SELECT created_by FROM log_entries`)).toEqual([{ createdBy: 'Bea' }])
    })
  })

  test('leave entries alone that they do not change, and make those unsynced that they do', async () => {
    await withNewLedger(async ({ db, meta }) => {
      await applyChanges(db, {
        meta,
        rows: [aRow(1, create), aRow(2, aChange(9, 'title', 'New'))],
        share,
        nowMs: noon,
      })
      await db.run('UPDATE log_entries SET synced = TRUE')

      await applyChanges(db, { meta, rows: [aRow(3, aChange(5, 'title', 'Older'))], share, nowMs: noon })
      expect(await entries(db)).toMatchObject([{ title: 'New', synced: true }])

      await applyChanges(db, { meta, rows: [aRow(4, aChange(10, 'title', 'Newest'))], share, nowMs: noon })
      expect(await entries(db)).toMatchObject([{ title: 'Newest', synced: false }])
    })
  })

  test('of an entry that is deleted take its row away, and bring it back', async () => {
    await withNewLedger(async ({ db, meta }) => {
      await applyChanges(db, {
        meta,
        rows: [aRow(1, create), aRow(2, aChange(1, 'deleted', 'true'))],
        share,
        nowMs: noon,
      })
      expect(await entries(db)).toEqual([])

      await applyChanges(db, { meta, rows: [aRow(3, aChange(2, 'deleted', 'false'))], share, nowMs: noon })
      expect(await entries(db)).toMatchObject([{ id: 'e1' }])
    })
  })

  test('that arrive before the creation wait for it', async () => {
    await withNewLedger(async ({ db, meta }) => {
      await applyChanges(db, { meta, rows: [aRow(2, aChange(1, 'status', 'blocked'))], share, nowMs: noon })
      expect(await entries(db)).toEqual([])

      await applyChanges(db, { meta, rows: [aRow(1, create)], share, nowMs: noon })
      expect(await entries(db)).toMatchObject([{ status: 'blocked' }])
    })
  })

  test('are passed over and counted where they can not be changes', async () => {
    const good = aRow(1, create)
    const bad: unknown[] = [
      null,
      'row',
      [],
      {},
      { ...good, hlc: 'now' },
      { ...good, hlc: `${'9'.repeat(13)}-0000-w` },
      { ...good, subject: 'entry:' },
      { ...good, subject: 'e1' },
      { ...good, subject: 'entry:a\nb' },
      { ...good, kind: 'k'.repeat(41) },
      { ...good, kind: '' },
      { ...good, value: 7 },
      { ...good, value: 'v'.repeat(2_000_001) },
      { ...good, value: 'é'.repeat(1_000_001) },
      { ...good, value: 'a\u0000b' },
      { ...good, value: 'half \ud800' },
      { ...good, actor: '' },
      { ...good, actor_name: null },
      { ...good, writer_id: "w'; DROP TABLE changes" },
      { ...good, seq: 0 },
      { ...good, seq: 1.5 },
      { ...good, seq: '1' },
    ]
    await withNewLedger(async ({ db, meta }) => {
      const touched = await applyChanges(db, { meta, rows: [...bad, good], share, nowMs: noon })

      expect(touched.skipped).toBe(bad.length)
      expect(await db.rows('SELECT count(*)::INTEGER AS n FROM changes')).toEqual([{ n: 1 }])
    })
  })

  test('move the clock, but not if theirs is more than a day ahead', async () => {
    await withNewLedger(async ({ db, meta }) => {
      const hlc = stampAt(noon + 20 * 3_600_000, 3, 'writer-2')
      const ahead = aChange(0, 'title', 'Ahead', { hlc: stampAt(noon + 25 * 3_600_000, 0, 'writer-2') })

      await applyChanges(db, {
        meta,
        rows: [aRow(1, aChange(0, 'title', 'A', { hlc })), aRow(2, ahead)],
        share,
        nowMs: noon,
      })

      expect(lastStamp(meta)).toBe(hlc)
      expect(await db.rows('SELECT count(*)::INTEGER AS n FROM changes')).toEqual([{ n: 2 }])
    })
  })

  test('of kinds that only newer programs know are kept', async () => {
    await withNewLedger(async ({ db, meta }) => {
      await applyChanges(db, {
        meta,
        rows: [aRow(1, create), aRow(2, aChange(1, 'assignee', 'Bea'))],
        share,
        nowMs: noon,
      })

      expect(await db.rows(`SELECT value FROM changes WHERE kind = 'assignee'`)).toEqual([{ value: 'Bea' }])
      expect(await entries(db)).toMatchObject([{ updatedBy: null }])
    })
  })
})
