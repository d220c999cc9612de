import path from 'node:path'
import { readIdentity } from '../base/identity.ts'
import { type Env, findPaths, type Paths } from '../base/paths.ts'
import type { Place } from '../ingest/open-ledger.ts'

/** How this program was started. */
export interface Start {
  readonly env: Env
  /** Holds package.json, prices.json and dist/. */
  readonly packageFolder: string
  /** The script of backfill's threads. */
  readonly workerUrl: URL
  /** The script of the search's threads. */
  readonly searchWorkerUrl: URL
  /** What hooks start. */
  readonly mainFile: string
}

/** What a command gets. Nothing below reads the environment. */
export interface Context extends Start {
  readonly paths: Paths
  readonly pricesFile: string
  readonly now: () => number
  /** `--local`: nothing is asked of the network. */
  readonly isLocal: boolean
}

export function createContext(start: Start, isLocal: boolean): Context {
  return {
    ...start,
    paths: findPaths(start.env),
    pricesFile: path.join(start.packageFolder, 'prices.json'),
    now: Date.now,
    isLocal,
  }
}

/** What the verbs of ingest need; makes the identity of this machine on the first call. */
export async function placeOf(context: Context): Promise<Place> {
  const { paths, pricesFile, now } = context
  return { paths, pricesFile, now, identity: await readIdentity(paths, context.env) }
}
