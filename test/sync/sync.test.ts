import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findPaths } from '../../src/base/paths.ts'
import { defaultPrivacy, type RemoteSettings } from '../../src/base/settings.ts'
import type { Remote } from '../../src/sync/remote.ts'
import type { Site } from '../../src/sync/site.ts'
import { readSyncState, stateOf } from '../../src/sync/state.ts'
import { syncAll } from '../../src/sync/sync.ts'

const hub: RemoteSettings = { name: 'hub', url: '/hub.duckdb', share: 'all', projects: [] }
const minute = 60_000
const day = 24 * 60 * minute

/** A machine whose only remote always fails in the same words. */
function aFailing({ isPermanent }: { isPermanent: boolean }) {
  const home = mkdtempSync(path.join(tmpdir(), 'csl-sync-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const paths = findPaths({ CLAUDE_LOGGER_HOME: home })
  const known = () => Promise.reject(new Error('no such luck'))
  const remote = { name: 'hub', known, release: async () => undefined, isTransient: () => false }
  let nowMs = Date.parse('2026-11-01T12:00:00Z')
  return {
    pass(ms: number) {
      nowMs += ms
    },
    async sync(isAutomatic: boolean) {
      const site = { paths, now: () => nowMs } as Site
      const identity = { personId: 'person-1' } as Site['identity']
      await syncAll(
        site,
        {
          outletOf: remote => ({ remote, privacy: defaultPrivacy, identity, pseudonymKey: 'a key' }),
          openRemote: () => remote as unknown as Remote,
          isPermanent: () => isPermanent,
        },
        { remotes: [hub], isFull: false, isAutomatic },
      )
      const { nextRetryAt } = stateOf(readSyncState(paths.syncState), 'hub')
      return (Date.parse(nextRetryAt ?? '') - nowMs) / minute
    },
    logged: () => readFileSync(paths.logFile, 'utf8').trim().split('\n').length,
  }
}

test('the pauses grow with every failure, and begin anew after one of a sync that a person started', async () => {
  const machine = aFailing({ isPermanent: false })
  const pauses: number[] = []
  for (const isAutomatic of [true, true, true, true, true, false, true]) {
    machine.pass(day)
    pauses.push(await machine.sync(isAutomatic))
  }

  expect(pauses).toEqual([1, 5, 15, 60, 60, 1, 5])
})

test('what only an upgrade helps against is tried and logged once a day', async () => {
  const machine = aFailing({ isPermanent: true })

  await machine.sync(true)
  machine.pass(60 * minute)
  await machine.sync(true)
  const onFirstDay = machine.logged()
  machine.pass(day)
  await machine.sync(true)

  expect([onFirstDay, machine.logged()]).toEqual([1, 2])
})
