import { expect, test } from 'vitest'
import { adoptOlderEntries } from '../../../src/features/entries/adopt.ts'
import { addOwnChanges, applyChanges } from '../../../src/features/entries/changes.ts'
import { ownEntries } from '../../../src/features/entries/own-entries.ts'
import { aChange, aCreation, aPerson, aRow, noon } from '../../support/changes.ts'
import { withNewLedger } from '../../support/ledger.ts'

const me = aPerson(1)
const ids = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']
const on = (id: string) => ({ subject: `entry:${id}`, actor: me.personId, actorName: me.personName })

test('entries are own where title, text and author read as if nobody else had said anything', async () => {
  await withNewLedger(async ({ db, meta, writer }) => {
    const created = ids.map(id => aChange(0, 'create', aCreation(), on(id)))
    await addOwnChanges(db, { meta, writer, changes: created, nowMs: noon })
    const claimed = [
      aChange(1, 'title', 'Theirs', on('e1')),
      aChange(1, 'body', 'Theirs', on('e2')),
      aChange(1, 'title', 'Theirs', on('e3')),
      aChange(-1, 'create', aCreation(), { ...on('e4'), actorName: 'Not me' }),
      aChange(1, 'category', 'their_own_word', on('e5')),
      aChange(1, 'category', 'task', on('e6')),
      aChange(1, 'note', 'Theirs', on('e7')),
    ]
    const rows = claimed.map((change, index) => aRow(1 + index, change))
    await applyChanges(db, { meta, rows, share: 'notes', nowMs: noon })
    const over = [aChange(2, 'title', 'Mine again', on('e3'))]
    await addOwnChanges(db, { meta, writer, changes: over, nowMs: noon })

    expect([...(await ownEntries(db, me, ids))].sort()).toEqual(['e3', 'e6', 'e7'])
  })
})

test('entries of the older tool are own by name, unless a team could write them', async () => {
  await withNewLedger(async ({ db, meta, writer }) => {
    const times = { loggedAtMs: 0, updatedAtMs: 0, sessionId: null, updatedBy: null }
    const row = {
      title: 'T',
      body: null,
      category: 'issue',
      status: 'open',
      createdBy: me.personName,
      ...times,
    }
    for (const share of ['all', 'notes'] as const) {
      const rows = [{ ...row, id: share }]
      await adoptOlderEntries(db, { meta, writer, rows, share, isOwn: () => true, nowMs: noon })
    }
    const others = [{ ...row, id: 'e3', createdBy: 'Somebody' }]
    await adoptOlderEntries(db, { meta, writer, rows: others, share: 'all', isOwn: () => true, nowMs: noon })

    expect([...(await ownEntries(db, me, ['all', 'notes', 'e3']))]).toEqual(['all'])
  })
})
