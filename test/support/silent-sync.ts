import { findPaths } from '../../src/base/paths.ts'
import { defaultPrivacy, type RemoteSettings } from '../../src/base/settings.ts'
import { startWatchdog } from '../../src/cli/watchdog.ts'
import type { Remote } from '../../src/sync/remote.ts'
import type { Site } from '../../src/sync/site.ts'
import { syncAll } from '../../src/sync/sync.ts'

// Runs as a child process: syncs with a remote that never answers, nor lets go, watched by somebody with little patience.

const settings: RemoteSettings = { name: 'hub', url: '/hub.duckdb', share: 'all', projects: [] }
const never = () => new Promise<never>(() => undefined)
const remote = { name: 'hub', known: never, release: never, isTransient: () => true }
const identity = { personId: 'person-1' } as Site['identity']

await syncAll(
  { paths: findPaths({ CLAUDE_LOGGER_HOME: process.argv[2] }), now: Date.now } as Site,
  {
    outletOf: () => ({ remote: settings, privacy: defaultPrivacy, identity, pseudonymKey: 'a key' }),
    openRemote: () => remote as unknown as Remote,
    isPermanent: () => false,
  },
  {
    remotes: [settings],
    isFull: false,
    isAutomatic: true,
    startWatchdog: abandon => startWatchdog(abandon, 100),
  },
)
