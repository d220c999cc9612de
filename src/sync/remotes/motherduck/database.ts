import type { SqlTransport } from '../sql-transport.ts'
import { RemoteError } from '../trouble.ts'

/**
 * Opens a database at MotherDuck, and makes it first where there is none of that name: to open one does not make it. `open`
 * without a name opens the account's default. The name must hold no quotes.
 */
export async function openOrMake(
  database: string,
  open: (database?: string) => Promise<SqlTransport>,
): Promise<SqlTransport> {
  try {
    return await open(database)
  } catch (error) {
    // Its words in several public connectors, such as duckdb/pg_duckdb and dbt projects.
    if (!(error instanceof RemoteError) || !/no database\/share named/.test(error.message)) throw error
  }
  const account = await open()
  try {
    await account.query(`CREATE DATABASE IF NOT EXISTS "${database}"`)
  } finally {
    await account.close()
  }
  return open(database)
}
