import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

// Loaded into the built program before its own code: counts what changes files (calls of the file system, statements that
// make DuckDB write) and, before the one with a given number, kills the process.
const preload = `
const fs = require('node:fs')
const promises = require('node:fs/promises')
const { syncBuiltinESMExports } = require('node:module')
const trace = fs.openSync(process.env.CSL_TRACE, 'a')
const at = Number(process.env.CSL_KILL_BEFORE ?? -1)
let count = 0
const point = name => {
  if (count === at) process.kill(process.pid, 'SIGKILL')
  fs.writeSync(trace, name + '\\n')
  count++
}
for (const name of ['renameSync', 'linkSync', 'rmSync', 'chmodSync', 'writeFileSync', 'ftruncateSync', 'fsyncSync']) {
  const call = fs[name]
  fs[name] = (...args) => { point(name); return call(...args) }
}
for (const name of ['rename', 'link', 'rm']) {
  const call = promises[name]
  promises[name] = (...args) => { point(name); return call(...args) }
}
syncBuiltinESMExports()
const { dlopen } = process
process.dlopen = (module, ...rest) => {
  dlopen(module, ...rest)
  const { query, close_sync } = module.exports
  if (!query) return
  const watched = {
    query(connection, sql) {
      const [, word] = /^\\s*(ATTACH|COPY|CHECKPOINT|DETACH|COMMIT|DROP|CREATE|INSERT|DELETE)\\b/.exec(sql) ?? []
      if (word) point(word)
      return query(connection, sql)
    },
    close_sync(instance) { point('close'); return close_sync(instance) },
  }
  module.exports = Object.setPrototypeOf(watched, module.exports)
}
`

/** Writes the script into a folder. Answers the environment that makes a program load it, and what it came to. */
export function killEnv(
  folder: string,
  before?: number,
): { env: Record<string, string>; points: () => string[] } {
  const script = path.join(folder, 'kill.cjs')
  const trace = path.join(folder, 'points.txt')
  writeFileSync(script, preload)
  rmSync(trace, { force: true })
  return {
    env: {
      NODE_OPTIONS: `--require ${script}`,
      CSL_TRACE: trace,
      ...(before === undefined ? {} : { CSL_KILL_BEFORE: String(before) }),
    },
    points: () => (existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : []),
  }
}
