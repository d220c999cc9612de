/** How SQL reaches a database that is a remote. Statements are DuckDB's dialect whatever the transport. */
export interface SqlTransport {
  /**
   * Runs one statement. Parameters are `$1`, `$2`, …, text or null, and cast in the statement; every cell of the answer
   * comes back as text or null, by the name of its column, so the statement casts what is not text to VARCHAR.
   * BEGIN TRANSACTION, COMMIT and ROLLBACK are statements like others; after an error in a transaction only ROLLBACK is
   * to follow: DuckDB takes a COMMIT then for one, without a word. One statement at a time.
   * Throws RemoteError (trouble.ts); after a transient one the connection may be dead: open another.
   */
  query(
    sql: string,
    parameters?: readonly (string | null)[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]>
  /** Ends the connection; never throws. */
  close(): Promise<void>
}
