import path from 'node:path'
import { expect, test } from 'vitest'
import { applyReadings } from '../../../src/ingest/apply.ts'
import { readFile } from '../../../src/ingest/read-file.ts'
import { describeFile } from '../../../src/transcripts/claude-code/locate.ts'
import { withNewLedger, writeLines } from '../../support/ledger.ts'
import { assistantLine, messageId, uuidOf } from '../../support/lines.ts'

test('a session that costs more picodollars than a double holds is exact to the last one', async () => {
  const session = uuidOf(0x5e55)
  // 25 USD per million output tokens: 10,000 USD and one token's 25 millionths of one, twice.
  const usage = { input_tokens: 0, output_tokens: 400_000_001 }
  const lines = [1, 2].map(serial => assistantLine(session, { id: messageId(serial), usage }))

  await withNewLedger(async (ledger, folder) => {
    const file = writeLines(path.join(folder, 'projects/-x', `${session}.jsonl`), lines)
    const found = await describeFile(file)
    if (!found) throw new Error(`${file} is not there`)
    await applyReadings(ledger, [await readFile(found)])
    // A second time what is there is compared with what is computed.
    await applyReadings(ledger, [await readFile(found)])

    const sessions = await ledger.db.rows(`SELECT cost_usd, revision FROM sessions`)
    const models = await ledger.db.rows(`SELECT cost_usd FROM session_models`)
    expect(sessions).toEqual([{ costUsd: '20000.000050000000', revision: 1 }])
    expect(models).toEqual([{ costUsd: '20000.000050000000' }])
  })
})
