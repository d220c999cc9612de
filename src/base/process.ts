import { execFile } from 'node:child_process'
import { cleanText } from './clean-text.ts'
import { errorCode } from './errors.ts'

/** How a program came out. */
export interface Ran {
  /** Its exit code; undefined where it did not start (`ENOENT`: it is not installed) or was ended before it was through. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Why there is no code: `ENOENT`, `EACCES`, `timed out`, a signal. */
  readonly why?: string
}

/** Runs a program of the system, without a shell, with the environment it is given and nothing on stdin but `input`. Never throws. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options?: { readonly input?: string; readonly timeoutMs?: number },
) => Promise<Ran>

/** Why it failed, as one line: what it said itself, else how it ended. */
export function failureText({ code, why, stderr }: Ran): string {
  return cleanText(stderr.trim().split('\n')[0] ?? '') || (why ?? `exit code ${code}`)
}

const defaultTimeoutMs = 15_000
const largestOutputBytes = 16 << 20

/** Runs programs with this environment, found on its PATH. */
export function programRunner(env: NodeJS.ProcessEnv): RunProgram {
  return (program, args, { input = '', timeoutMs = defaultTimeoutMs } = {}) =>
    new Promise(resolve => {
      const options = {
        env,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: largestOutputBytes,
        encoding: 'utf8',
      } as const
      const child = execFile(program, [...args], options, (error, stdout, stderr) => {
        if (!error) resolve({ code: 0, stdout, stderr })
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr })
        else resolve({ code: undefined, stdout, stderr, why: whyOf(error) })
      })
      // A program that does not read its input closes it: that is its own affair.
      child.stdin?.on('error', () => undefined).end(input)
    })
}

function whyOf(error: { killed?: boolean | undefined; signal?: NodeJS.Signals | undefined }): string {
  return errorCode(error) ?? (error.killed ? 'timed out' : (error.signal ?? 'ended'))
}
