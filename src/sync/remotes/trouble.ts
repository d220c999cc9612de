import { cleanText } from '../../base/clean-text.ts'
import { errorCode, errorText, exitCode, UserError } from '../../base/errors.ts'
import { troubleOf } from '../../store/busy.ts'

/** What is wrong with a remote, by what can be done about it. */
export type RemoteTrouble =
  /** The same again may work: the network, a lock, a conflict of two writers. */
  | 'transient'
  /** It does not take our token. */
  | 'refused'
  /** It does not take this version of the program: nothing helps but an upgrade. */
  | 'upgrade'
  /** DuckDB's extension for it is not on this machine. */
  | 'extension'
  | 'full'
  | 'readOnly'
  | 'damaged'
  /** The folder of a file remote is not there: a disk or share that is not connected. */
  | 'missing'
  | 'unknown'

/**
 * A remote that can't be used now. Holds no secret and no other error, whose fields could hold one.
 * After a transient one the connection may be dead: close it and open another.
 */
export class RemoteError extends UserError {
  readonly kind: RemoteTrouble

  constructor(kind: RemoteTrouble, message: string, hint = hints[kind]) {
    super(message, hint, kind === 'transient' ? exitCode.busy : exitCode.failure)
    this.name = 'RemoteError'
    this.kind = kind
  }
}

export const tokenHint =
  'make a personal access token at MotherDuck, under Settings → Access Tokens (not a service account’s), and put it into ~/.config/motherduck/token'

const hints: Readonly<Record<RemoteTrouble, string | undefined>> = {
  transient: 'nothing is lost: the next sync tries again',
  refused: tokenHint,
  upgrade: 'update claude-session-logger',
  extension:
    'take the remote away and add it again, which downloads it: csl remote remove NAME, then csl remote add NAME URL',
  full: 'make room there and sync again: nothing is lost',
  readOnly: 'check who may write there, and sync again: nothing is lost',
  damaged: 'move it aside and sync from every machine: each writes its own rows again',
  missing: 'connect the disk or share it is on, and sync again',
  unknown: undefined,
}

// SQLSTATE classes and codes (PostgreSQL's manual, appendix A), and what Node calls troubles of sockets and files.
const codes: readonly (readonly [RegExp, RemoteTrouble])[] = [
  [/^28/, 'refused'],
  [/^(53100)$|^ENOSPC$|^EDQUOT$/, 'full'],
  [/^(25006|42501)$|^EROFS$|^EACCES$|^EPERM$/, 'readOnly'],
  [/^XX00[12]$/, 'damaged'],
  [/^(08|40)|^(53300|53400|55P03|57014|57P0[1-5])$/, 'transient'],
  [/^E(CONN(RESET|REFUSED|ABORTED)|TIMEDOUT|PIPE|AI_AGAIN|NOTFOUND)$/, 'transient'],
  [/^E(HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|NETRESET|STALE|IO|BUSY)$/, 'transient'],
]

// Seen in MotherDuck's documentation and public connectors, in DuckDB 1.5.6 and in pg 8. The first that fits counts.
const signs: readonly (readonly [RegExp, RemoteTrouble])[] = [
  [/(not yet|is not|no longer) supported by motherduck/i, 'upgrade'],
  [/jwt (is|has) expired|jwt is not in the form|request is not authenticated/i, 'refused'],
  [/invalid motherduck token|password authentication failed|token (has been revoked|is invalid)/i, 'refused'],
  [/failed to download extension|extension .*\bnot found|install it first using/i, 'extension'],
  [/loading external extensions is disabled/i, 'extension'],
  [/quota (was |has been )?exceeded|exceed(s|ed) .*quota|storage limit/i, 'full'],
  [/read-only mode|read only (database|transaction)|read scaling token/i, 'readOnly'],
  [/cannot open file.*no such file or directory/i, 'missing'],
  // Two that made the same row at once; who comes again finds it there.
  [/duplicate key .*constraint/i, 'transient'],
  [/connection (terminated|reset|refused|timed out|closed|lost)|broken pipe|socket hang up/i, 'transient'],
  [/not queryable|timeout (expired|exceeded)|read timeout|timed out|deadline exceeded/i, 'transient'],
  [
    /could not connect|temporar(il)?y|unavailable|deadline_exceeded|too many (connections|requests)/i,
    'transient',
  ],
]

/** What an error of a driver means for the remote it came from. */
export function remoteTroubleOf(error: unknown): RemoteTrouble {
  if (error instanceof RemoteError) return error.kind
  const code = errorCode(error)
  const coded = code && codes.find(([sign]) => sign.test(code))?.[1]
  if (coded) return coded
  // What is quoted are people's words and names: they say nothing about the trouble.
  const said = saidBy(error).replace(/"[^"]*"|'[^']*'/g, '""')
  const found = signs.find(([sign]) => sign.test(said))?.[1]
  if (found) return found
  switch (troubleOf(said)) {
    case 'busy':
    case 'conflict':
    case 'interrupted':
      return 'transient'
    case 'full':
      return 'full'
    case 'unwritable':
      return 'readOnly'
    case 'foreign':
    case 'damaged':
      return 'damaged'
    default:
      return 'unknown'
  }
}

/**
 * An error's words, without the statement that DuckDB repeats behind them, and without what it wraps around those of an
 * extension: `Initialization function "…" from file "…" threw an exception: "…"`.
 */
function saidBy(error: unknown): string {
  return errorText(error)
    .replace(/ LINE \d+: .*$/, '')
    .replace(/^.* threw an exception: "(.*)"$/, '$1')
}

export interface Place {
  /** What people call it: a file's name, a database's. */
  readonly name: string
  /** What must not be seen in any text. */
  readonly secrets: readonly string[]
}

/** Any error of a driver in our words, without secrets and without what a terminal would execute. */
export function asRemoteError(error: unknown, place: Place): RemoteError {
  if (error instanceof RemoteError) return error
  const kind = remoteTroubleOf(error)
  const said = scrubbed(cleanText(saidBy(error)), place.secrets).slice(0, 300)
  switch (kind) {
    case 'transient':
      return new RemoteError(
        kind,
        troubleOf(error) === 'busy'
          ? `${place.name} is in use by another process`
          : `${place.name} did not answer: ${said}`,
      )
    case 'refused':
      return new RemoteError(kind, `${place.name} refused the token`)
    case 'upgrade':
      return new RemoteError(kind, `${place.name} no longer takes this version: ${said}`)
    case 'extension':
      return new RemoteError(kind, `DuckDB's extension for ${place.name} is not installed`)
    case 'full':
      return new RemoteError(kind, `${place.name} is full`)
    case 'readOnly':
      return new RemoteError(kind, `${place.name} can't be written to: ${said}`)
    case 'damaged':
      return new RemoteError(kind, `${place.name} is damaged, or not a DuckDB file: ${said}`)
    case 'missing':
      return new RemoteError(kind, `${place.name} is not there`)
    case 'unknown':
      return new RemoteError(kind, `${place.name}: ${said}`)
    default:
      return kind satisfies never
  }
}

/** Worth another try, on a new connection. */
export function isTransient(error: unknown): boolean {
  return error instanceof RemoteError && error.kind === 'transient'
}

/** Text without the secrets, and without anything that looks like a token of somebody's. */
function scrubbed(text: string, secrets: readonly string[]): string {
  let clean = text
  // What is shorter is no secret, and would tear words apart.
  for (const secret of secrets.filter(({ length }) => length >= 6))
    for (const form of [secret, encodeURIComponent(secret)]) clean = clean.replaceAll(form, '***')
  return clean.replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '***')
}
