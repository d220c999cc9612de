import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { applyReadings } from '../../src/ingest/apply.ts'
import { drainSpool } from '../../src/ingest/drain.ts'
import { withLedger } from '../../src/ingest/open-ledger.ts'
import { readFile } from '../../src/ingest/read-file.ts'
import { enqueue } from '../../src/ingest/spool.ts'
import { withStore } from '../../src/store/open.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { aPlace, writeLines } from '../support/ledger.ts'
import { assistantLine, messageId, userLine, uuidOf } from '../support/lines.ts'

const times = process.env.CSL_TEST_LONG ? 10_000 : 160
const session = uuidOf(0x5e55)
const filler = 'orchard '.repeat(40)

/** A session of 200 messages that changes each time it is recorded: rows are replaced, none is added. */
function aChangingSession() {
  const place = aPlace()
  const file = path.join(place.folder, 'claude/projects/-home-dev-orchard-api', `${session}.jsonl`)
  const [first = {}, ...others] = Array.from({ length: 200 }, (_, n) =>
    assistantLine(session, { id: messageId(n), uuid: uuidOf(n), content: [{ type: 'text', text: filler }] }),
  )
  return {
    place,
    file,
    change(n: number) {
      const message = { ...Object(first.message), usage: { input_tokens: 10, output_tokens: 100 + n } }
      const empty = Array.from({ length: n }, () => '{}')
      writeLines(file, [userLine(session, 'Plant the orchard'), { ...first, message }, ...others, ...empty])
    },
    /** Bytes of the database with its log. */
    bytes() {
      const names = readdirSync(place.paths.home).filter(name => name.startsWith('sessions.duckdb'))
      return names.reduce((sum, name) => sum + statSync(path.join(place.paths.home, name)).size, 0)
    },
    rows() {
      const sql = `SELECT lines, output_tokens, api_message_count, revision FROM sessions JOIN session_facts USING (session_id)`
      return withStore(place.paths.database, { access: 'read' }, db => db.rows(sql))
    },
  }
}

function rightRow(n: number): object {
  return { lines: 201 + n, outputTokens: 199 * 20 + 100 + n, apiMessageCount: 200, revision: n }
}

test(`a session that is recorded ${times} times does not make the database grow without bound`, async () => {
  const { place, file, change, bytes, rows } = aChangingSession()
  const perOpening = 20
  const sizes: number[] = []

  for (let done = 0; done < times; ) {
    await withLedger(place, { threads: 1 }, async ledger => {
      for (let i = 0; i < perOpening; i++) {
        change(++done)
        const found = await describeFile(file)
        if (found) await applyReadings(ledger, [await readFile(found)])
      }
    })
    sizes.push(bytes())
  }

  expect(await rows()).toEqual([rightRow(times)])
  const early = Math.max(...sizes.slice(0, sizes.length / 4))
  const late = Math.max(...sizes)
  console.log(`${times} records: at most ${early} bytes in the first quarter, ${late} in all`)
  expect(late).toBeLessThan(early * 1.5)
}, 1_800_000)

test('hooks that record a session again and again keep its rows and a bounded log', async () => {
  const { place, file, change, bytes, rows } = aChangingSession()
  const hook = JSON.stringify({ session_id: session, transcript_path: file })
  const hooks = 25

  for (let n = 1; n <= hooks; n++) {
    change(n)
    await enqueue(place.paths.spool, hook)
    expect(await drainSpool(place, { waitMs: 5000 })).toBe(1)
  }

  expect(await rows()).toEqual([rightRow(hooks)])
  expect(readdirSync(place.paths.spool)).toEqual([])
  // Every hook writes some 10 KB: a log that nobody shortens shows after a few hundred, above all a file of 3 MB.
  expect(bytes()).toBeLessThan(3 << 20)
})
