import { expect, test } from 'vitest'
import { applyChanges } from '../../../../src/features/entries/changes.ts'
import { withLedger } from '../../../../src/ingest/open-ledger.ts'
import { createNotesData } from '../../../../src/tui/screens/notes/data.ts'
import { createStoreDoor } from '../../../../src/tui/store-door.ts'
import { aChange, aCreation, aRow } from '../../../support/changes.ts'
import { aPlace } from '../../../support/ledger.ts'

test('what is said on the screen is there at once, on a machine that has nothing yet', async () => {
  const place = aPlace()
  const notes = createNotesData(createStoreDoor(place), place)

  const before = [await notes.list({}), await notes.inbox(), await notes.read('e1')]
  await notes.log({ category: 'issue', title: 'Refunds twice', body: 'Seen on 4711.' })
  const [entry] = await notes.list({ isOpen: true, search: 'refunds' })
  const id = entry?.id ?? ''
  await notes.say(id, [{ kind: 'note', value: 'The worker ran twice.' }])
  await notes.say(id, [{ kind: 'status', value: 'resolved' }])
  const read = await notes.read(id)

  expect(before).toEqual([[], { entries: [], upTo: 0 }, null])
  expect(entry).toMatchObject({ category: 'issue', status: 'open', title: 'Refunds twice' })
  expect(read).toMatchObject({
    entry: { status: 'resolved', noteCount: 1 },
    detail: { text: 'Seen on 4711.', notes: [{ text: 'The worker ran twice.' }] },
  })
  expect(await notes.list({ isOpen: true })).toEqual([])
})

test('what others changed is in the inbox until it is marked as seen', async () => {
  const place = aPlace()
  const notes = createNotesData(createStoreDoor(place), place)
  const changes = [aChange(0, 'create', aCreation()), aChange(1, 'note', 'fixed in #41')]
  await withLedger(place, { threads: 1 }, ({ db, meta }) =>
    db.transaction(async () => {
      const rows = changes.map((change, at) => aRow(at + 1, change))
      await applyChanges(db, { meta, rows, share: 'notes', nowMs: place.now() })
    }),
  )

  const inbox = await notes.inbox()
  await notes.markSeen(inbox.upTo)
  const later = await notes.inbox()

  expect(inbox.entries).toMatchObject([{ id: 'e1', isNew: true, news: [{}, { value: 'fixed in #41' }] }])
  expect(later.entries).toEqual([])
})
