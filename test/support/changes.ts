import { stampAt } from '../../src/base/clock.ts'
import type { Identity } from '../../src/base/identity.ts'
import { type Change, payloadHash, type StoredChange } from '../../src/features/entries/change.ts'
import type { EntryRow } from '../../src/features/entries/list.ts'

export const noon = Date.parse('2026-11-01T12:00:00Z')

/** A person at a desk; `n` tells several of one name apart. */
export function aPerson(n: number, name = `Person ${n}`): Identity {
  return {
    machineId: `machine-${n}`,
    machineLabel: `desk ${n}`,
    publicLabel: `desk ${n}`,
    personId: `person-${n}`,
    personName: name,
    publicPersonName: name,
    formerPersonIds: [],
  }
}

/** A change by the second, so many seconds after noon. */
export function aChange(
  second: number,
  kind: string,
  value: string | null,
  overrides: Partial<Change> = {},
): StoredChange {
  const change: Change = {
    hlc: stampAt(noon + second * 1000, 0, 'writer-2'),
    subject: 'entry:e1',
    kind,
    value,
    actor: 'person-2',
    actorName: 'Bea',
    ...overrides,
  }
  return { ...change, payloadHash: payloadHash(change) }
}

/** What creates an entry. */
export function aCreation(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    logged_at: new Date(noon).toISOString(),
    category: 'issue',
    status: 'open',
    title: 'Staging double-counts refunds',
    body: 'Seen twice.',
    project: 'orchard-api',
    project_key: 'github.com/dev/orchard-api',
    machine: 'desk 2',
    ...fields,
  })
}

/** A change as a row that a remote gave. */
export function aRow(seq: number, change: Change, writerId = 'writer-2'): Record<string, unknown> {
  const { actorName, hlc, subject, kind, value, actor } = change
  return {
    writer_id: writerId,
    seq,
    hlc,
    subject,
    kind,
    value,
    actor,
    actor_name: actorName,
    payload_hash: payloadHash(change),
  }
}

/** An entry as it is shown. */
export function anEntryRow(overrides: Partial<EntryRow> = {}): EntryRow {
  return {
    id: '7de28265-340c-472b-ac0a-f48f8a007197',
    sessionId: null,
    loggedAt: new Date(noon).toISOString(),
    category: 'issue',
    status: 'open',
    title: 'Staging double-counts refunds',
    body: null,
    synced: false,
    updatedAt: null,
    createdBy: 'Bea',
    updatedBy: null,
    project: 'orchard-api',
    projectKey: 'github.com/dev/orchard-api',
    machineId: null,
    machineLabel: 'desk 2',
    personId: 'person-2',
    tags: [],
    noteCount: 0,
    ...overrides,
  }
}
