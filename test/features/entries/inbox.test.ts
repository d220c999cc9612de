import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredChange } from '../../../src/features/entries/change.ts'
import { addOwnChanges, applyChanges } from '../../../src/features/entries/changes.ts'
import { moveInbox, readInbox } from '../../../src/features/entries/inbox.ts'
import { countInbox } from '../../../src/features/entries/inbox-count.ts'
import type { Db } from '../../../src/store/query.ts'
import { aChange, aCreation, aPerson, aRow, noon } from '../../support/changes.ts'
import { withNewLedger } from '../../support/ledger.ts'

const me = aPerson(1)
const entries = ['e1', 'e2', 'e3']
const kinds = ['note', 'title', 'status', 'tag', 'session', 'place'] as const

/** Everything that is ever said: creations first, then changes of mine and of others, stamped in no order. */
const said: readonly StoredChange[] = [
  ...entries.map((id, n) => aChange(n, 'create', aCreation({ title: id }), { subject: `entry:${id}` })),
  ...Array.from({ length: 40 }, (_, n) =>
    aChange((n * 7919) % 500, kinds[n % kinds.length] ?? 'note', `word${n}`, {
      subject: `entry:${entries[n % entries.length]}`,
      ...(n % 4 === 0 ? { actor: me.personId } : {}),
    }),
  ),
]
const isNews = ({ actor, kind }: StoredChange) =>
  actor !== me.personId && kind !== 'session' && kind !== 'place'

const isCreationOf =
  ({ subject }: StoredChange) =>
  (other: StoredChange) =>
    other.subject === subject && other.kind === 'create'

/** Another machine of mine that wrote under this name, as an `all` remote says. */
async function aMachineOfMine(db: Db, writerId: string): Promise<void> {
  await db.run(
    `INSERT INTO machines (writer_id, seq, machine_id, label) VALUES ($writerId, 1, 'm', 'laptop')`,
    {
      writerId,
    },
  )
}

test('whatever arrives in whatever order, and however often, each change of others is told once', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.array(fc.nat(said.length - 1), { minLength: 1, maxLength: 12 }).map(picks => ({ picks })),
      fc.constant('look' as const),
    ),
    { maxLength: 12 },
  )
  await withNewLedger(async ({ db, meta }) => {
    await aMachineOfMine(db, 'my-laptop')
    await fc.assert(
      fc.asyncProperty(steps, async history => {
        for (const table of ['changes', 'log_entries']) await db.run(`DELETE FROM ${table}`)
        const told: string[] = []
        const arrived = new Set<StoredChange>()
        const arrive = async (changes: readonly StoredChange[]) => {
          for (const change of changes) arrived.add(change)
          for (const share of ['all', 'notes'] as const) {
            const rows = changes
              .filter(({ actor }) => (actor === me.personId) === (share === 'all'))
              .map(change =>
                aRow(1 + said.indexOf(change), change, share === 'all' ? 'my-laptop' : 'writer-2'),
              )
            await applyChanges(db, { meta, rows, share, nowMs: noon })
          }
        }
        const look = async () => {
          const inbox = await readInbox(db, me)
          expect(await countInbox(db, me)).toBe(inbox.entries.length)
          told.push(...inbox.entries.flatMap(({ news }) => news.map(change => change.payloadHash)))
          await db.transaction(() => moveInbox(meta, inbox.upTo))
          expect(await countInbox(db, me)).toBe(0)
        }
        for (const step of history)
          await (step === 'look' ? look() : arrive(step.picks.flatMap(pick => said[pick] ?? [])))
        await look()

        expect(told.sort()).toEqual(
          [...arrived]
            .filter(change => isNews(change) && [...arrived].some(isCreationOf(change)))
            .map(change => change.payloadHash)
            .sort(),
        )
      }),
      { numRuns: 60 },
    )
  })
})

test('what I say myself is no news, whatever others said before', async () => {
  await withNewLedger(async ({ db, meta, writer }) => {
    await applyChanges(db, {
      meta,
      rows: [aRow(1, said[0] ?? aChange(0, 'note', ''))],
      share: 'notes',
      nowMs: noon,
    })
    await db.transaction(() => moveInbox(meta, 1))
    const changes = [aChange(900, 'note', 'Mine', { actor: me.personId })]

    await addOwnChanges(db, { meta, writer, changes, nowMs: noon })

    expect((await readInbox(db, me)).entries).toEqual([])
  })
})

test('a name and an id on a team’s remote make nothing mine', async () => {
  await withNewLedger(async ({ db, meta, writer }) => {
    await aMachineOfMine(db, 'my-laptop')
    await meta.set('former_writers', '["my-old-file"]')
    const { personId: actor, personName: actorName } = me
    const forged = [
      aRow(1, aChange(0, 'create', aCreation(), { subject: 'entry:f1', actor, actorName }), 'my-laptop'),
      aRow(1, aChange(0, 'create', aCreation(), { subject: 'entry:f2', actor, actorName }), 'my-old-file'),
      aRow(1, aChange(0, 'create', aCreation(), { subject: 'entry:f3', actor, actorName }), writer.id),
      aRow(1, aChange(0, 'create', aCreation(), { subject: 'entry:f4', actor: `legacy:${actorName}` })),
    ]
    await applyChanges(db, { meta, rows: forged, share: 'notes', nowMs: noon })
    expect(await countInbox(db, me)).toBe(4)

    const sent = forged.map((row, n) => ({
      ...row,
      hlc: aChange(n + 1, 'note', '').hlc,
      kind: 'note',
      value: 'x',
    }))
    await applyChanges(db, { meta, rows: sent, share: 'all', nowMs: noon })

    // By a remote of mine they are what they say; a writer that nobody knows there is still nobody.
    const notes = (await readInbox(db, me)).entries.flatMap(({ news }) =>
      news.filter(({ kind }) => kind === 'note'),
    )
    expect(notes.map(({ subject }) => subject)).toEqual(['entry:f4'])
  })
})

test('what came before the creation of its entry is told once, with it', async () => {
  await withNewLedger(async ({ db, meta }) => {
    const apply = (...rows: object[]) => applyChanges(db, { meta, rows, share: 'notes', nowMs: noon })
    const look = async () => {
      const inbox = await readInbox(db, me)
      await db.transaction(() => moveInbox(meta, inbox.upTo))
      return inbox.entries.map(({ id, news }) => [id, news.map(({ kind }) => kind)])
    }
    const create = aChange(0, 'create', aCreation())
    await apply(
      aRow(1, aChange(0, 'create', aCreation(), { subject: 'entry:e2' })),
      aRow(3, aChange(3, 'note', 'Early')),
      aRow(4, aChange(4, 'status', 'resolved')),
    )
    expect(await look()).toEqual([['e2', ['create']]])

    await apply(aRow(2, create))

    expect(await countInbox(db, me)).toBe(1)
    expect(await look()).toEqual([['e1', ['create', 'note', 'status']]])
    await apply(aRow(2, create), aRow(3, aChange(3, 'note', 'Early')))
    expect(await look()).toEqual([])
  })
})
