import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { text as wholeText } from 'node:stream/consumers'
import type { SearchedFile } from './search-worker.ts'

/** Bytes of paths on one command line: few at first, for the newest, and never as many as systems allow. */
const firstBytes = 50_000
const mostBytes = 400_000

/** Whether there is a ripgrep of that name that knows the options we use (since 12). */
export async function isRipgrep(command: string, signal: AbortSignal): Promise<boolean> {
  const { stdout } = start(command, ['--version'], signal)
  const said = await wholeText(stdout).catch(() => '')
  return /^ripgrep (1[2-9]|[2-9]\d)\./.test(said)
}

/**
 * Leaves out the files in which ripgrep finds nothing. Where it can't tell (a name with a line end, an error, an answer that
 * we don't understand) the file is kept. Ends early when the signal aborts.
 */
export async function* filesWith<File extends SearchedFile>(
  pattern: string,
  parts: AsyncIterable<readonly File[]>,
  { command, signal }: { command: string; signal: AbortSignal },
): AsyncGenerator<File[]> {
  let waiting = new Map<string, File>()
  let bytes = 0
  let limit = firstBytes
  for await (const part of parts) {
    const odd = part.filter(({ path }) => oddName.test(path))
    if (odd.length > 0) yield odd
    for (const file of part) {
      if (oddName.test(file.path)) continue
      waiting.set(file.path, file)
      bytes += Buffer.byteLength(file.path) + 1
    }
    if (bytes < limit) continue
    yield* named(pattern, waiting, { command, signal })
    if (signal.aborted) return
    waiting = new Map()
    bytes = 0
    limit = Math.min(mostBytes, limit * 2)
  }
  if (waiting.size > 0) yield* named(pattern, waiting, { command, signal })
}

/** Names that can't be told on a line, or not at all. */
const oddName = /[\r\n\0\ufffd]/

/** One run of ripgrep. Takes what it has answered out of `waiting`. */
async function* named<File extends SearchedFile>(
  pattern: string,
  waiting: Map<string, File>,
  { command, signal }: { command: string; signal: AbortSignal },
): AsyncGenerator<File[]> {
  // More than one thread begins with what stands last.
  const paths = [...waiting.keys()].reverse()
  const threads = Math.max(2, availableParallelism())
  const args = ['--no-config', '--text', '--encoding=none', '--no-mmap', '--ignore-case', '--color=never']
  args.push('--files-with-matches', '--line-buffered', `--threads=${threads}`, '-e', pattern, '--', ...paths)
  const child = start(command, args, signal)
  const errors = wholeText(child.stderr).catch(() => '')
  let rest = ''
  let isClear = true
  for await (const piece of child.stdout) {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    const found = lines.flatMap(line => waiting.get(line) ?? [])
    isClear &&= found.length === lines.length
    for (const { path } of found) waiting.delete(path)
    if (found.length > 0) yield found
  }
  const code = await child.ended
  if (signal.aborted) return
  // 0: found, 1: not found, 2: an error, mostly of files, which it names.
  if (isClear && rest === '' && (code === 0 || code === 1)) return
  const said = await errors
  const troubled = [...waiting.values()].filter(({ path }) => said.includes(path))
  yield isClear && code === 2 && troubled.length > 0 ? troubled : [...waiting.values()]
}

/** Starts a command that ends with the signal. `ended` is its exit code, null if it did not end by itself. */
function start(command: string, args: readonly string[], signal: AbortSignal) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  const ended = new Promise<number | null>(resolve => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  }).finally(() => signal.removeEventListener('abort', kill))
  child.stdout.setEncoding('utf8')
  return { stdout: child.stdout, stderr: child.stderr, ended }
}
