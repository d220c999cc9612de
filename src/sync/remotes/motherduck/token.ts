import path from 'node:path'
import { UserError } from '../../../base/errors.ts'
import { readTextIfThere } from '../../../base/files.ts'
import type { Env } from '../../../base/paths.ts'
import { RemoteError, tokenHint } from '../trouble.ts'

/** Where a token was found: for messages. The token itself is for drivers only. */
export interface FoundToken {
  readonly source: string
  readonly token: string
}

/** The names MotherDuck's own clients read a token from (its documentation, "Authenticating to MotherDuck"). */
const tokenVariables = ['motherduck_token', 'MOTHERDUCK_TOKEN'] as const

/**
 * The tokens there are, the one to try first in front, each only once: of the environment, of `~/.config/motherduck/token`,
 * and of MotherDuck's command line, which keeps the one it got at `motherduck login` in
 * `${MOTHERDUCK_HOME:-~/.motherduck}/credentials.json` (its documentation, "MotherDuck CLI: Authentication").
 */
export function findTokens(env: Env, userHome: string): FoundToken[] {
  const found: FoundToken[] = []
  const add = (source: string, text: string | undefined) => {
    const token = text?.trim() ?? ''
    // A token is one word; what is not would break the login in ways that are hard to explain.
    if (!/^[\x21-\x7e]+$/.test(token) || found.some(other => other.token === token)) return
    found.push({ source, token })
  }
  for (const name of tokenVariables) add(name, env[name])
  const own = tokenFileOf(userHome)
  add(own, readable(own))
  const official = path.join(env.MOTHERDUCK_HOME || path.join(userHome, '.motherduck'), 'credentials.json')
  add(official, tokenIn(readable(official)))
  return found
}

/** Where a token is looked for that a person put there, or setup. */
export function tokenFileOf(userHome: string): string {
  return path.join(userHome, '.config/motherduck/token')
}

/**
 * Opens something with the first token. One of the environment that is refused is often a forgotten one: then once more
 * with the first of a file.
 * Throws a UserError where there is no token at all. It never starts a login.
 */
export async function withToken<T>(
  tokens: readonly FoundToken[],
  open: (token: string) => Promise<T>,
): Promise<T> {
  const [first] = tokens
  if (!first) throw new UserError('there is no MotherDuck token on this machine', tokenHint)
  try {
    return await open(first.token)
  } catch (error) {
    if (!(error instanceof RemoteError) || error.kind !== 'refused') throw error
    const second = isVariable(first) ? tokens.find(token => !isVariable(token)) : undefined
    if (!second) throw refused(error, [first])
    return await open(second.token).catch((again: unknown) => {
      throw again instanceof RemoteError && again.kind === 'refused' ? refused(again, [first, second]) : again
    })
  }
}

/** Whether a token says that its time is over. It is a JSON Web Token: `exp` in seconds (RFC 7519, section 4.1.4), if it ends. */
export function isExpired(token: string, nowMs: number): boolean {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof exp === 'number' && exp * 1000 < nowMs
  } catch {
    // Of another kind: the remote will say what it thinks of it.
    return false
  }
}

/**
 * Takes the tokens out of this process's environment: MotherDuck's extension would use one from there in place of the one it
 * is given. Answers how to put them back, for the next remote that looks for them.
 */
export function hideTokensInEnvironment(): () => void {
  const hidden = tokenVariables.map(name => [name, process.env[name]] as const)
  for (const name of tokenVariables) delete process.env[name]
  return () => {
    for (const [name, token] of hidden) if (token !== undefined) process.env[name] = token
  }
}

function isVariable(token: FoundToken): boolean {
  return tokenVariables.some(name => name === token.source)
}

function refused(error: RemoteError, tried: readonly FoundToken[]): RemoteError {
  return new RemoteError(
    'refused',
    `${error.message} of ${tried.map(({ source }) => source).join(' and of ')}`,
    error.hint,
  )
}

function readable(file: string): string | undefined {
  try {
    return readTextIfThere(file)
  } catch {
    // Not ours to read: as if it were not there.
    return undefined
  }
}

// The documentation says where the file is, not what its field is called.
function tokenIn(json: string | undefined): string | undefined {
  try {
    const values = JSON.parse(json ?? '{}')
    for (const name of ['token', 'motherduck_token', 'motherduckToken', 'access_token', 'accessToken'])
      if (typeof values?.[name] === 'string') return values[name]
  } catch {
    // Half written, or of another format.
  }
  return undefined
}
