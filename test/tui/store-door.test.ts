import { expect, test } from 'vitest'
import { withLedger } from '../../src/ingest/open-ledger.ts'
import { createStoreDoor } from '../../src/tui/store-door.ts'
import { aPlace } from '../support/ledger.ts'
import { holdLock } from '../support/lock.ts'

test('who leaves waits for no answer, but until what was said is written', async () => {
  const place = aPlace()
  await withLedger(place, { threads: 1 }, async () => undefined)
  const lock = await holdLock(place.paths.database)
  const door = createStoreDoor(place)
  const said: string[] = []

  const asked = door.ask(async () => said.push('answered')).catch((error: unknown) => error)
  const change = door.change(async () => said.push('written'))
  const asLast = door.ask(async () => said.push('answered')).catch((error: unknown) => error)
  const closed = door.close().then(() => said.push('closed'))
  const answers = [await asked]
  await lock.release()
  await change
  answers.push(await asLast)
  await closed

  expect(answers).toMatchObject([{ name: 'AbortError' }, { name: 'AbortError' }])
  expect(said).toEqual(['written', 'closed'])
})
