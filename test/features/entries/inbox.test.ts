import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredChange } from '../../../src/features/entries/change.ts'
import { addOwnChanges, applyChanges } from '../../../src/features/entries/changes.ts'
import { moveInbox, readInbox } from '../../../src/features/entries/inbox.ts'
import { countInbox } from '../../../src/features/entries/inbox-count.ts'
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

test('whatever arrives in whatever order, and however often, each change of others is told once', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.array(fc.nat(said.length - 1), { minLength: 1, maxLength: 12 }).map(picks => ({ picks })),
      fc.constant('look' as const),
    ),
    { maxLength: 12 },
  )
  await withNewLedger(async ({ db, meta }) => {
    await fc.assert(
      fc.asyncProperty(steps, async history => {
        for (const table of ['changes', 'log_entries']) await db.run(`DELETE FROM ${table}`)
        const told: string[] = []
        const arrived = new Set<StoredChange>()
        const arrive = async (changes: readonly StoredChange[]) => {
          for (const change of changes) arrived.add(change)
          const rows = changes.map(change => aRow(1 + said.indexOf(change), change))
          await applyChanges(db, { meta, rows, nowMs: noon })
        }
        const look = async () => {
          const inbox = await readInbox(db, me)
          expect(await countInbox(db, me)).toBe(inbox.entries.length)
          told.push(...inbox.entries.flatMap(({ news }) => news.map(change => change.payloadHash)))
          await db.transaction(() => moveInbox(meta, inbox.upTo))
          expect(await countInbox(db, me)).toBe(0)
        }
        await arrive(said.slice(0, entries.length))
        for (const step of history)
          await (step === 'look' ? look() : arrive(step.picks.flatMap(pick => said[pick] ?? [])))
        await look()

        expect(told.sort()).toEqual(
          [...arrived]
            .filter(isNews)
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
    await applyChanges(db, { meta, rows: [aRow(1, said[0] ?? aChange(0, 'note', ''))], nowMs: noon })
    await db.transaction(() => moveInbox(meta, 1))
    const changes = [aChange(900, 'note', 'Mine', { actor: me.personId })]

    await addOwnChanges(db, { meta, writer, changes, nowMs: noon })

    expect((await readInbox(db, me)).entries).toEqual([])
  })
})
