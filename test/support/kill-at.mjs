// Loaded into the program before it starts (node --import): counts what it does to files, to processes and, by the statements that
// write, to the database, and ends it with SIGKILL at one of these, as a power cut or the system would. Which is in the environment: CSL_KILL_AT, a number from 1, and
// CSL_KILL_WHEN: before, during (half of a write is done) or after. CSL_KILL_LIST names a file that gets a line for each.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { promisify } from 'node:util'

const { CSL_KILL_AT, CSL_KILL_WHEN, CSL_KILL_LIST } = process.env
const at = Number(CSL_KILL_AT ?? 0)
let count = 0
/** Node's own functions call each other: what stands in the program counts. */
let isInside = false

/** Counts a call. Answers when to end the program at it. */
function met(name, args) {
  if (isInside || (name === 'writeSync' && args[0] <= 2)) return undefined
  count++
  if (CSL_KILL_LIST) inside(() => fs.appendFileSync(CSL_KILL_LIST, `${name} ${nameOf(args)}\n`))
  return count === at ? CSL_KILL_WHEN : undefined
}

function inside(work) {
  const was = isInside
  isInside = true
  try {
    return work()
  } finally {
    isInside = was
  }
}

function nameOf(args) {
  return args
    .filter(arg => typeof arg === 'string')
    .map(text => text.slice(0, 200).replaceAll('\n', ' '))
    .join(' ')
}

function end() {
  process.kill(process.pid, 'SIGKILL')
  // Nothing more happens until it comes.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
}

/** Half of what is to be written. */
function halved(args) {
  return args.map(arg =>
    typeof arg === 'string' || Buffer.isBuffer(arg)
      ? (arg.subarray?.(0, arg.length / 2) ?? arg.slice(0, arg.length / 2))
      : arg,
  )
}

function wrapSync(holder, name, isWrite) {
  const original = holder[name]
  if (typeof original !== 'function') return
  holder[name] = function (...args) {
    const when = met(name, args)
    if (when === 'before') end()
    if (when === 'during' && isWrite) original.apply(this, [args[0], ...halved(args.slice(1))])
    if (when === 'during') end()
    try {
      return inside(() => original.apply(this, args))
    } finally {
      if (when === 'after') end()
    }
  }
}

function wrapAsync(holder, name, isWrite) {
  const original = holder[name]
  if (typeof original !== 'function') return
  holder[name] = async function (...args) {
    const when = met(name, args)
    if (when === 'before') end()
    if (when === 'during' && isWrite) await original.apply(this, halved(args))
    if (when === 'during') end()
    try {
      return await original.apply(this, args)
    } finally {
      if (when === 'after') end()
    }
  }
}

/** A program that is started: before it is, when it has begun, and when it has ended. */
function wrapSpawn(name) {
  const original = childProcess[name]
  const custom = original[promisify.custom]
  const wrapped = (...args) => {
    const when = met(name, args)
    if (when === 'before') end()
    const callback = args.at(-1)
    if (when === 'after' && typeof callback === 'function') args[args.length - 1] = end
    const child = original(...args)
    if (when === 'during' || (when === 'after' && typeof callback !== 'function')) end()
    return child
  }
  if (custom)
    wrapped[promisify.custom] = (...args) => {
      const when = met(name, args)
      if (when === 'before') end()
      const promise = custom(...args)
      if (when === 'during') end()
      return when === 'after' ? promise.finally(end) : promise
    }
  childProcess[name] = wrapped
}

const writes = ['writeFile', 'appendFile']
const others = [
  'mkdir',
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'link',
  'symlink',
  'chmod',
  'chown',
  'truncate',
  'utimes',
  'copyFile',
  'mkdtemp',
]
for (const name of writes) wrapSync(fs, `${name}Sync`, true)
for (const name of others) wrapSync(fs, `${name}Sync`, false)
wrapSync(fs, 'writeSync', true)
for (const name of [...writes, ...others]) wrapAsync(fs.promises, name, false)

/** Opening makes a file where it may write. */
const { openSync } = fs
const { open } = fs.promises
const opensForWriting = flags => typeof flags === 'string' && /[wa+]/.test(flags)
const holder = { openSync, open }
wrapSync(holder, 'openSync', false)
wrapAsync(holder, 'open', false)
fs.openSync = (...args) => (opensForWriting(args[1]) ? holder.openSync : openSync)(...args)
fs.promises.open = (...args) => (opensForWriting(args[1]) ? holder.open : open)(...args)

const probe = await open(process.execPath, 'r')
const handles = Object.getPrototypeOf(probe)
await probe.close()
for (const name of ['writeFile', 'write']) wrapAsync(handles, name, true)
for (const name of ['chmod', 'chown', 'sync', 'truncate']) wrapAsync(handles, name, false)

// DuckDB writes by itself: what makes it do so.
const { dlopen } = process
process.dlopen = (module, ...rest) => {
  dlopen(module, ...rest)
  if (typeof module.exports.query !== 'function') return
  const { query, close_sync } = module.exports
  const database = { query, close_sync }
  wrapAsync(database, 'query', false)
  wrapSync(database, 'close_sync', false)
  const writes = /^\s*(ATTACH|COPY|CHECKPOINT|DETACH|COMMIT|DROP|CREATE|INSERT|DELETE)\b/
  const watched = {
    query: (connection, sql) => (writes.test(sql) ? database.query : query)(connection, sql),
    close_sync: instance => database.close_sync(instance),
  }
  module.exports = Object.setPrototypeOf(watched, module.exports)
}

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) wrapSpawn(name)
syncBuiltinESMExports()
