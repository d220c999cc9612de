import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export const packageFolder = path.resolve(import.meta.dirname, '../..')
export const mainFile = path.join(packageFolder, 'dist/main.mjs')

/** A made-up home for one test: its Claude root and data folder lie in a temporary folder, removed afterwards. */
export interface Home {
  readonly folder: string
  readonly claudeRoot: string
  readonly dataFolder: string
  readonly env: Record<string, string>
  /** Runs the built program. Never throws: answers exit code and output. */
  csl(
    args: readonly string[],
    options?: { input?: string; env?: Record<string, string>; cwd?: string; uid?: number },
  ): Promise<Run>
  /** Writes `<root>/projects/<slug>/<name>` from lines (objects become JSON). Answers its path. */
  writeTranscript(slug: string, name: string, lines: readonly (object | string)[]): Promise<string>
}

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export function makeHome(): Home {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return homeIn(folder)
}

/** The home in a folder that the caller looks after. */
export function homeIn(folder: string): Home {
  const claudeRoot = path.join(folder, '.claude')
  const dataFolder = path.join(claudeRoot, 'claude-session-logger')
  const env: Record<string, string> = {
    // No test touches the crontab or the timers of who runs it.
    PATH: [path.join(import.meta.dirname, 'bin'), process.env.PATH].join(path.delimiter),
    HOME: folder,
    TZ: 'UTC',
    CLAUDE_CONFIG_DIR: claudeRoot,
    CLAUDE_LOGGER_USER: 'Test Person',
    NO_COLOR: '1',
  }
  return {
    folder,
    claudeRoot,
    dataFolder,
    env,
    csl: (args, options = {}) =>
      runNode([mainFile, ...args], { ...options, env: { ...env, ...options.env } }),
    async writeTranscript(slug, name, lines) {
      const file = path.join(claudeRoot, 'projects', slug, name)
      await mkdir(path.dirname(file), { recursive: true })
      const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line)))
      await writeFile(file, text.map(line => `${line}\n`).join(''))
      return file
    },
  }
}

function runNode(
  args: readonly string[],
  { env, input = '', cwd, uid }: { env: Record<string, string>; input?: string; cwd?: string; uid?: number },
): Promise<Run> {
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [...args],
      { env, cwd, maxBuffer: 64 << 20, ...(uid === undefined ? {} : { uid, gid: uid }) },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 128
        resolve({ code, stdout, stderr })
      },
    )
    child.stdin?.end(input)
  })
}
