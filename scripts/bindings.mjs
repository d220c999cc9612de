// Stands in for @duckdb/node-bindings in the bundle: asks for the platform's package at once instead of
// probing for the C library first (saves 4-5 ms a start); the musl build is tried where the glibc one is missing.
import { createRequire } from 'node:module'
import { errorText, UserError } from '../src/base/errors.ts'

const load = createRequire(import.meta.url)
const base = `@duckdb/node-bindings-${process.platform}-${process.arch}`

function bindings() {
  try {
    return load(`${base}/duckdb.node`)
  } catch (error) {
    if (process.platform !== 'linux') throw missing(error)
    try {
      return load(`${base}-musl/duckdb.node`)
    } catch {
      throw missing(error)
    }
  }
}

// A lock file that was written on another system can keep npm from installing this one's package.
function missing(error) {
  return new UserError(
    `DuckDB's part for this system can't be loaded (${base}: ${errorText(error).slice(0, 200)})`,
    'in a clone: npm install --no-package-lock; else install claude-session-logger again',
  )
}

export default bindings()
