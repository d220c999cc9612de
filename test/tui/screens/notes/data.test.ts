import { expect, test } from 'vitest'
import { applyChanges } from '../../../../src/features/entries/changes.ts'
import { readSeen } from '../../../../src/features/entries/seen.ts'
import { withLedger } from '../../../../src/ingest/open-ledger.ts'
import { createNotesData } from '../../../../src/tui/screens/notes/data.ts'
import { createStoreDoor } from '../../../../src/tui/store-door.ts'
import { aChange, aCreation, aRow } from '../../../support/changes.ts'
import { aPlace } from '../../../support/ledger.ts'

const all = { isDeleted: false }
const aDraft = { category: 'issue', status: 'open', title: 'Refunds', tags: [], body: '' }

test('what is said on the screen is there at once, on a machine that has nothing yet', async () => {
  const place = aPlace()
  const notes = createNotesData(createStoreDoor(place), place, 'true')

  const before = [await notes.list(all), await notes.inbox(), await notes.read('e1')]
  await notes.log({ ...aDraft, title: 'Refunds twice', body: 'Seen on 4711.' })
  const [entry] = await notes.list({ ...all, isOpen: true, search: 'refunds' })
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
  expect(await notes.list({ ...all, isOpen: true })).toEqual([])
})

test('what is deleted is in no list but that of the deleted ones, and comes back whole', async () => {
  const place = aPlace()
  const notes = createNotesData(createStoreDoor(place), place, 'true')
  await notes.log({ ...aDraft, title: 'Refunds', tags: ['money'], body: 'Seen on 4711.' })
  await notes.log({ ...aDraft, category: 'note', title: 'Pears' })
  const [refunds] = await notes.list({ ...all, search: 'refunds' })
  const id = refunds?.id ?? ''
  await notes.say(id, [{ kind: 'note', value: 'The worker ran twice.' }])

  await notes.say(id, [{ kind: 'deleted', value: 'true' }])
  const kept = await notes.list(all)
  const deleted = await notes.list({ isDeleted: true })
  const others = await notes.list({ isDeleted: true, category: 'note' })
  const worded = await notes.list({ isDeleted: true, search: 'worker money' })
  const read = await notes.read(id)
  await notes.say(id, [{ kind: 'deleted', value: 'false' }])

  expect(kept.map(entry => entry.title)).toEqual(['Pears'])
  expect(deleted).toMatchObject([{ id, title: 'Refunds', tags: ['money'], noteCount: 1, category: 'issue' }])
  expect(others).toEqual([])
  expect(worded).toHaveLength(1)
  expect(read).toMatchObject({ isDeleted: true, detail: { text: 'Seen on 4711.', notes: [{}] } })
  expect(await notes.list({ isDeleted: true })).toEqual([])
  expect(await notes.read(id)).toMatchObject({ isDeleted: false, entry: { tags: ['money'], noteCount: 1 } })
})

test('what others changed is in the inbox until it is marked as seen', async () => {
  const place = aPlace()
  const notes = createNotesData(createStoreDoor(place), place, 'true')
  const changes = [aChange(0, 'create', aCreation()), aChange(1, 'note', 'fixed in #41')]
  await withLedger(place, { threads: 1 }, ({ db, meta }) =>
    db.transaction(async () => {
      const rows = changes.map((change, at) => aRow(at + 1, change))
      await applyChanges(db, { meta, rows, share: 'notes', nowMs: place.now() })
    }),
  )

  const inbox = await notes.inbox()
  await notes.markSeen(inbox)
  const later = await notes.inbox()

  expect(inbox.entries).toMatchObject([{ id: 'e1', isNew: true, news: [{}, { value: 'fixed in #41' }] }])
  expect(later.entries).toEqual([])
  // Also where the database is made anew.
  expect([...readSeen(place.paths.inboxFile)].length).toBeGreaterThanOrEqual(changes.length)
})
