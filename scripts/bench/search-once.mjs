// Searches once, as a screen would: node search-once.mjs PROGRAM WORKER FOLDER RG|- TERM. Prints what it took as JSON.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { childrenCpuMs } from './measure.mjs'

const [program, worker, folder, ripgrep, term] = process.argv.slice(2)
const { searchTranscripts } = await import(pathToFileURL(program))
const files = readdirSync(folder, { recursive: true })
  .filter(name => name.endsWith('.jsonl'))
  .map(name => {
    const file = path.join(folder, name)
    const { size, mtimeMs } = statSync(file)
    return { tool: 'claude-code', path: file, size, mtimeMs }
  })
  .sort((a, b) => b.mtimeMs - a.mtimeMs)
const turns = monitorEventLoopDelay({ resolution: 1 })
turns.enable()
// Let what starting left behind settle.
await new Promise(resolve => setTimeout(resolve, 50))
turns.reset()
let firstMs = null
const cpuBefore = process.cpuUsage()
const startedAt = performance.now()
const { hits } = await searchTranscripts({
  files: [files],
  terms: [term],
  signal: new AbortController().signal,
  onHit: () => {
    firstMs ??= performance.now() - startedAt
  },
  workerUrl: pathToFileURL(worker),
  ripgrep: ripgrep === '-' ? null : ripgrep,
})
const ms = performance.now() - startedAt
const { user, system } = process.cpuUsage(cpuBefore)
const cpuMs = (user + system) / 1000 + childrenCpuMs()
console.log(JSON.stringify({ ms, cpuMs, firstMs, hits, turnMs: turns.max / 1e6, peakMb: peakMb() }))

/** Only where the system tells. */
function peakMb() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  } catch {
    return null
  }
}
