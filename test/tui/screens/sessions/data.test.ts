import { appendFileSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import { findSession } from '../../../../src/features/sessions/find.ts'
import { withLedger } from '../../../../src/ingest/open-ledger.ts'
import { sessionQuestions } from '../../../../src/tui/screens/sessions/data.ts'
import type { StoreDoor } from '../../../../src/tui/store-door.ts'
import { aPlace } from '../../../support/ledger.ts'
import { userLine, uuidOf } from '../../../support/lines.ts'
import { someSessions } from '../../../support/tui-sessions.ts'

const gate = uuidOf(1)
const old = new Date('2026-10-02T10:00:00Z')

test('a transcript that goes on once its session is hidden is kept, which is an answer: the session can be brought back', async () => {
  const place = aPlace()
  const project = path.join(place.folder, 'claude/projects/-home-dev')
  const file = path.join(project, `${gate}.jsonl`)
  const line = `${JSON.stringify(userLine(gate, 'Mend the gate'))}\n`
  mkdirSync(project, { recursive: true })
  writeFileSync(file, line)
  utimesSync(file, old, old)
  const change: StoreDoor['change'] = work =>
    withLedger(place, { threads: 1 }, ({ writer, ...ledger }) => {
      const save = async () => {
        await writer.save()
        // It is hidden now.
        if (existsSync(place.paths.changesFile)) appendFileSync(file, line)
      }
      return work({ ...ledger, writer: { ...writer, save } })
    })
  const door = { change } as StoreDoor
  const { here } = someSessions([])
  const searchWorkerUrl = new URL('file:///none')
  const questions = sessionQuestions(door, place, { here, clock: zoneClock('UTC'), searchWorkerUrl })

  const doomed = await questions.planErasing([gate])
  const told = await questions.erase([gate], doomed)

  const isDeleted = await withLedger(
    place,
    { threads: 1 },
    async ({ db }) => (await findSession(db, gate)).isDeleted,
  )
  expect(told).toMatch(
    /was written to meanwhile \(no file was removed, but .* out of the lists: u brings back\)/,
  )
  expect([isDeleted, existsSync(file)]).toEqual([true, true])
})
