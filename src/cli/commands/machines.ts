import { formatCount, formatTokens, formatUsd, usdFromPico } from '../../base/format.ts'
import { readIdentity } from '../../base/identity.ts'
import { listMachines, type MachineRow } from '../../features/machines/machines.ts'
import { readSyncState } from '../../sync/state.ts'
import type { Context } from '../context.ts'
import { toJson } from '../json.ts'
import { renderTable } from '../output.ts'
import { withUpToDateStore } from '../up-to-date.ts'

type ShownMachine = Omit<MachineRow, 'costPico'> & { readonly costPico: bigint | null }

/** Every machine seen: what its sessions used, and when it last synced. */
export async function machinesCommand(context: Context, options: { json?: boolean }): Promise<void> {
  const { machineId } = await readIdentity(context.paths, context.env)
  const found = await withUpToDateStore(context, db => listMachines(db, machineId))
  const machines = found.map(machine => ({
    ...machine,
    lastSyncAt: lastSyncOf(context, machine),
    costPico: costOf(machine),
  }))
  if (options.json) process.stdout.write(`${toJson({ rows: machines.map(asFields) })}\n`)
  else process.stdout.write(`${tableOf(machines)}\n`)
}

/** What others say when they pushed comes with their rows; this machine knows it of itself. */
function lastSyncOf({ paths }: Context, machine: MachineRow): string | null {
  if (!machine.isThis) return machine.lastSyncAt
  const times = Object.values(readSyncState(paths.syncState)).flatMap(state => state.lastSuccessAt ?? [])
  return times.sort().at(-1) ?? null
}

/** Null where nothing has a price; nothing used costs nothing. */
function costOf({ costPico, unpriced }: MachineRow): bigint | null {
  if (costPico !== null) return BigInt(costPico)
  return unpriced > 0 ? null : 0n
}

function asFields({ costPico, unpriced, ...machine }: ShownMachine): object {
  return {
    ...machine,
    costUsd: usdFromPico(costPico),
    unpricedCount: unpriced,
  }
}

function tableOf(machines: readonly ShownMachine[]): string {
  return renderTable(
    [
      { title: 'Machine', flexible: true },
      { title: 'Platform' },
      { title: 'Person', flexible: true },
      { title: 'Sessions', align: 'right' },
      { title: 'Tokens', align: 'right' },
      { title: 'API price', align: 'right' },
      { title: 'Last sync' },
    ],
    machines.map(machine => [
      `${machine.label}${machine.isThis ? ' (this)' : ''}`,
      machine.platform ?? '',
      machine.person ?? '',
      formatCount(machine.sessions),
      formatTokens(machine.tokens),
      formatUsd(machine.costPico, {
        atLeast: machine.unpriced > 0,
      }),
      machine.lastSyncAt?.slice(0, 16).replace('T', ' ') ?? 'never',
    ]),
    { width: process.stdout.columns },
  )
}
