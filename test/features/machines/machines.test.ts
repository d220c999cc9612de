import { expect, test } from 'vitest'
import { listMachines } from '../../../src/features/machines/machines.ts'
import { withNewLedger } from '../../support/ledger.ts'

test('a machine is called as the file that knows best calls it, whatever the numbers of others are', async () => {
  await withNewLedger(async ({ db }) => {
    const add = async (
      writerId: string,
      seq: number,
      machineId: string,
      label: string,
      pushedAt: string | null,
    ) => {
      await db.run(
        `INSERT INTO machines (writer_id, seq, machine_id, label) VALUES ($writerId, $seq, $machineId, $label)`,
        { writerId, seq, machineId, label },
      )
      await db.run(
        `INSERT INTO sync_pulled VALUES ('hub', 'changes', $writerId, 1, $pushedAt::TIMESTAMPTZ)`,
        {
          writerId,
          pushedAt,
        },
      )
    }
    await add('before-rebuilt', 900, 'machine-1', 'old desk', '2026-11-02T00:00:00Z')
    await add('theirs-before', 900, 'machine-2', 'old laptop', '2026-11-01T00:00:00Z')
    await add('theirs-now', 3, 'machine-2', 'new laptop', '2026-11-03T00:00:00Z')
    await add('theirs-lost', 901, 'machine-2', 'never synced', null)

    expect(await listMachines(db, 'machine-1')).toMatchObject([
      { machineId: 'machine-1', label: 'desk', isThis: true, lastSyncAt: '2026-11-02T00:00:00.000Z' },
      { machineId: 'machine-2', label: 'new laptop', isThis: false, lastSyncAt: '2026-11-03T00:00:00.000Z' },
    ])
  })
})
