import duckdb from '@duckdb/node-bindings'
import { errorText } from '../../../base/errors.ts'
import { openInstance } from '../../../store/open.ts'
import { asRemoteError, RemoteError } from '../trouble.ts'

/**
 * Downloads DuckDB's MotherDuck extension, where it is not there yet. The only place that downloads anything; called when
 * a person adds such a remote and says yes. Throws a RemoteError where it can't be had, as on musl.
 */
export async function installMotherDuck(): Promise<void> {
  const place = { name: 'MotherDuck', secrets: [] }
  try {
    const instance = await openInstance(':memory:', { autoinstall_known_extensions: 'false' }, 0)
    try {
      const connection = await duckdb.connect(instance)
      try {
        await duckdb.query(connection, 'INSTALL motherduck')
      } finally {
        duckdb.disconnect_sync(connection)
      }
    } finally {
      duckdb.close_sync(instance)
    }
  } catch (error) {
    const trouble = asRemoteError(error instanceof Error ? error : new Error(errorText(error)), place)
    if (trouble.kind !== 'extension') throw trouble
    throw new RemoteError(
      'extension',
      "DuckDB's extension for MotherDuck can't be downloaded",
      'try again with a network; where DuckDB has none for this system, use pg:DATABASE',
    )
  }
}
