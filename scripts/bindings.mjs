// Stands in for @duckdb/node-bindings in the bundle: asks for the platform's package at once instead of
// probing for the C library first (saves 4-5 ms a start); the musl build is tried where the glibc one is missing.
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)
const base = `@duckdb/node-bindings-${process.platform}-${process.arch}`

function bindings() {
  try {
    return load(`${base}/duckdb.node`)
  } catch (error) {
    if (process.platform !== 'linux') throw error
    try {
      return load(`${base}-musl/duckdb.node`)
    } catch {
      throw error
    }
  }
}

export default bindings()
