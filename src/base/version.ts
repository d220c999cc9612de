declare const __CSL_VERSION__: string
declare const __DUCKDB_VERSION__: string

/** The version in package.json, put in by the build. */
export const version: string = typeof __CSL_VERSION__ === 'string' ? __CSL_VERSION__ : '0.0.0-source'

/** The version of DuckDB that package.json asks for, put in by the build: known without loading it. */
export const duckdbVersion: string = typeof __DUCKDB_VERSION__ === 'string' ? __DUCKDB_VERSION__ : 'unknown'
