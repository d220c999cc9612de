import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a traced process has come to, and when after its start. */
export interface Mark {
  readonly name: 'journalled' | 'spooled' | 'begin' | 'committed' | 'removing' | 'removed'
  readonly atMs: number
}

// Loaded into the built program before its own code: watches the calls that part its phases and writes them down one
// by one, so that a kill at any instant leaves a true account. With CSL_KILL_AT the process kills itself at a mark.
const preload = `
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')
const trace = fs.openSync(process.env.CSL_TRACE, 'a')
const mark = name => {
  fs.writeSync(trace, name + ' ' + performance.now() + '\\n')
  if (process.env.CSL_KILL_AT === name) process.kill(process.pid, 'SIGKILL')
}
const isJob = file => /spool[/\\\\][^./\\\\][^/\\\\]*\\.json$/.test(String(file))
const { fsyncSync, renameSync, rmSync } = fs
// Only the journal of changes is made durable by this call.
fs.fsyncSync = handle => {
  fsyncSync(handle)
  mark('journalled')
}
fs.renameSync = (from, to) => {
  renameSync(from, to)
  if (isJob(to) && !isJob(from)) mark('spooled')
}
fs.rmSync = (file, options) => {
  if (isJob(file)) mark('removing')
  rmSync(file, options)
  if (isJob(file)) mark('removed')
}
syncBuiltinESMExports()
const { dlopen } = process
process.dlopen = (module, ...rest) => {
  dlopen(module, ...rest)
  const { query } = module.exports
  if (!query) return
  const watched = {
    query(connection, sql) {
      if (sql.startsWith('BEGIN')) mark('begin')
      const result = query(connection, sql)
      if (sql.startsWith('COMMIT')) result.then(() => mark('committed'), () => undefined)
      return result
    },
  }
  module.exports = Object.setPrototypeOf(watched, module.exports)
}
`

/** Writes the watching script into a folder. Answers the environment that makes a program load it. */
export function traceEnv(folder: string): { env: Record<string, string>; marks: () => Mark[] } {
  const script = path.join(folder, 'trace.cjs')
  const trace = path.join(folder, 'trace.txt')
  writeFileSync(script, preload)
  return {
    env: { NODE_OPTIONS: `--require ${script}`, CSL_TRACE: trace },
    marks: () => (existsSync(trace) ? readFileSync(trace, 'utf8') : '').split('\n').flatMap(markOf),
  }
}

function markOf(line: string): Mark[] {
  const [name, atMs] = line.split(' ')
  return name && atMs ? [{ name: name as Mark['name'], atMs: Number(atMs) }] : []
}

export function countOf(marks: readonly Mark[], name: Mark['name']): number {
  return marks.filter(mark => mark.name === name).length
}
