import type { RemoteSettings } from '../../base/settings.ts'
import { duckdbVersion } from '../../base/version.ts'
import { type Probed, probeRemote } from '../../sync/remotes/probe.ts'
import { kindOf, openTransport } from '../../sync/remotes.ts'
import { testRemote } from '../../sync/test-remote.ts'
import { probeOf } from '../add-remote.ts'
import type { Context } from '../context.ts'
import { createSite } from '../site.ts'

/** Tries a remote, and what a sync takes for granted of it. Throws what stands in the way. */
export async function probedRemote(context: Context, remote: RemoteSettings): Promise<Probed[]> {
  const { site, tools } = await createSite(context)
  const opened = tools.openRemote(remote)
  let lines: string[]
  try {
    lines = await testRemote(opened, remote, probeOf(context))
  } finally {
    await opened.release()
  }
  const open = () =>
    openTransport(remote, { env: context.env, label: site.identity.publicLabel, isNew: false })
  const transport = await open()
  try {
    const kind = kindOf(remote.url)
    const found = await probeRemote(transport, {
      ours: duckdbVersion,
      ...(kind === 'file' ? {} : { now: context.now }),
      // Of a file, and of what DuckDB's extension opens, a process can have one.
      ...(kind === 'postgres' ? { openSecond: open } : {}),
    })
    return [...lines.map(text => ({ state: 'ok' as const, text, todo: null })), ...found]
  } finally {
    await transport.close()
  }
}
