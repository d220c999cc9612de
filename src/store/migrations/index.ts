import type { Migration } from '../migrate.ts'
import { ledger } from './0001-ledger.ts'
import { views } from './0002-views.ts'
import { changes } from './0003-changes.ts'
import { sync } from './0004-sync.ts'

/** Every migration in the order of its version. A shipped one is never edited; a new one is added. */
export const migrations: readonly Migration[] = [ledger, views, changes, sync]
