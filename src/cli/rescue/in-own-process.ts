import { spawn } from 'node:child_process'
import type { Inspection } from '../../store/maintenance/inspect.ts'
import type { Salvage } from '../../store/maintenance/salvage.ts'
import type { Context } from '../context.ts'

// What a damaged file makes of DuckDB nobody knows: an engine that is of no use any more, a process that ends. So it is only
// ever opened by a process of its own, which says as JSON what it found.

/** As `inspectDatabase`. After `limitMs` milliseconds the process is ended, and the answer is undefined. */
export async function inspectInOwnProcess(
  context: Pick<Context, 'mainFile'>,
  file: string,
  limitMs: number,
): Promise<Inspection | undefined> {
  const { text, signal } = await run(context, ['inspect', file], limitMs)
  if (text !== '') return JSON.parse(text)
  if (signal === 'timeout') return undefined
  return { state: 'damaged', why: `reading it ended the process that did it (${signal})` }
}

/** As `salvageDatabase`. */
export async function salvageInOwnProcess(
  context: Pick<Context, 'mainFile'>,
  damaged: string,
  fresh: string,
): Promise<Salvage> {
  const { text, signal } = await run(context, ['salvage', damaged, fresh])
  if (text !== '') return JSON.parse(text)
  return { failure: `reading it ended the process that did it (${signal})`, log: 'lost', tables: [] }
}

function run(
  { mainFile }: Pick<Context, 'mainFile'>,
  words: readonly string[],
  limitMs?: number,
): Promise<{ text: string; signal: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mainFile, 'database', ...words], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let text = ''
    let isLate = false
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true
            child.kill('SIGKILL')
          }, limitMs)
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ text: code === 0 ? text : '', signal: isLate ? 'timeout' : (signal ?? `exit code ${code}`) })
    })
  })
}
