import os from 'node:os'
import path from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/** Where everything lives. One variable, `CLAUDE_LOGGER_HOME`, moves all of it but the transcripts. */
export interface Paths {
  /** Claude Code's configuration folders that may hold transcripts, most important first. */
  readonly claudeRoots: readonly string[]
  /** The data folder; ours alone, mode 0700. */
  readonly home: string
  readonly database: string
  readonly machineFile: string
  /** What this person said: the only thing that transcripts can't rebuild. */
  readonly changesFile: string
  /** What of others the inbox has told of. */
  readonly inboxFile: string
  readonly sessionTypesFile: string
  readonly pricesFile: string
  readonly settingsFile: string
  readonly pseudonymKeyFile: string
  readonly syncLock: string
  readonly syncState: string
  readonly spool: string
  readonly logFile: string
  readonly hookShim: string
  /** What setup added where. */
  readonly setupRecord: string
}

/**
 * Finds the data folder and the roots of transcripts from the environment.
 * Roots: `CLAUDE_CONFIG_DIR` (a comma list is accepted), else `~/.claude` and `$XDG_CONFIG_HOME/claude`
 * (transcript-format notes, section 1: both can hold data).
 */
export function findPaths(env: Env, userHome = env.HOME || os.homedir()): Paths {
  const configured = (env.CLAUDE_CONFIG_DIR ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => path.resolve(expandTilde(part, userHome)))
  const xdg = path.join(env.XDG_CONFIG_HOME || path.join(userHome, '.config'), 'claude')
  const claudeRoots = configured.length > 0 ? configured : [path.join(userHome, '.claude'), xdg]
  const home = env.CLAUDE_LOGGER_HOME
    ? path.resolve(expandTilde(env.CLAUDE_LOGGER_HOME, userHome))
    : path.join(claudeRoots[0] ?? path.join(userHome, '.claude'), 'claude-session-logger')
  return {
    claudeRoots,
    home,
    database: path.join(home, 'sessions.duckdb'),
    machineFile: path.join(home, 'machine.json'),
    changesFile: path.join(home, 'changes.jsonl'),
    inboxFile: path.join(home, 'inbox-seen.txt'),
    sessionTypesFile: path.join(home, 'session_types.yaml'),
    pricesFile: path.join(home, 'prices.json'),
    settingsFile: path.join(home, 'settings.json'),
    pseudonymKeyFile: path.join(home, 'pseudonym.key'),
    syncLock: path.join(home, 'sync.lock'),
    syncState: path.join(home, 'sync-state.json'),
    spool: path.join(home, 'spool'),
    logFile: path.join(home, 'sync.log'),
    hookShim: path.join(home, 'hook.sh'),
    setupRecord: path.join(home, 'setup.json'),
  }
}

function expandTilde(file: string, userHome: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(userHome, file.slice(1)) : file
}
