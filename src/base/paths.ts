import os from 'node:os'
import path from 'node:path'
import { UserError } from './errors.ts'

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
  /** Who is setting up now. */
  readonly setupLock: string
  /** How the last sync that the system started came out. */
  readonly backgroundRun: string
  /** Where `csl backup` puts what it makes. */
  readonly backups: string
}

/**
 * Finds the data folder and the roots of transcripts from the environment.
 * Roots: `CLAUDE_CONFIG_DIR` (a comma list is accepted), else `~/.claude` and `$XDG_CONFIG_HOME/claude`
 * (transcript-format notes, section 1: both can hold data).
 */
export function findPaths(env: Env): Paths {
  const inHome = (...names: string[]) => path.join(findUserHome(env), ...names)
  const absolute = (file: string) =>
    path.resolve(file === '~' || file.startsWith('~/') ? inHome(file.slice(1)) : file)
  const configured = (env.CLAUDE_CONFIG_DIR ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(absolute)
  const claudeRoots =
    configured.length > 0
      ? configured
      : [inHome('.claude'), path.join(env.XDG_CONFIG_HOME || inHome('.config'), 'claude')]
  const home = env.CLAUDE_LOGGER_HOME
    ? absolute(env.CLAUDE_LOGGER_HOME)
    : path.join(claudeRoots[0] ?? inHome('.claude'), 'claude-session-logger')
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
    setupLock: path.join(home, 'setup.lock'),
    backgroundRun: path.join(home, 'background.json'),
    backups: path.join(home, 'backups'),
  }
}

/**
 * The person's home folder: `HOME`, else what the system knows. Throws a UserError where neither names one, as for a number
 * without a name in a container: a relative folder in its place would scatter data wherever a session happens to run.
 */
export function findUserHome(env: Env): string {
  const home = env.HOME || homeOfAccount()
  if (path.isAbsolute(home)) return home
  throw new UserError('there is no telling where your home folder is', 'set HOME to its absolute path')
}

function homeOfAccount(): string {
  try {
    return os.homedir() || os.userInfo().homedir
  } catch {
    return ''
  }
}
