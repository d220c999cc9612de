import { existsSync } from 'node:fs'
import os from 'node:os'
import { cleanText } from '../../base/clean-text.ts'
import { readIdentity } from '../../base/identity.ts'
import { type RemoteSettings, readSettings } from '../../base/settings.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import { findTokens, tokenFileOf } from '../../sync/remotes/motherduck/token.ts'
import { kindOf, normaliseUrl } from '../../sync/remotes.ts'
import { meaningOf } from '../add-remote.ts'
import { askSecret, askText, askYesNo } from '../ask.ts'
import { checkLabel } from '../initialise.ts'

/** A token of MotherDuck's that is to be used, and whether it is to be stored. */
export interface TokenAnswer {
  readonly token: string
  readonly isNew: boolean
}

/** What this machine is to be called, asked once; undefined: as it is. */
export async function askLabel({ paths, env }: SetupPlace): Promise<string | undefined> {
  if (existsSync(paths.setupRecord)) return undefined
  const known = existsSync(paths.machineFile) ? await readIdentity(paths, env) : undefined
  // A label that was chosen is the one that others may see.
  if (known && known.publicLabel === known.machineLabel) return undefined
  const host = known?.machineLabel ?? os.hostname()
  const answer = await askText('What is this machine to be called?', {
    placeholder: `Enter: ${host}, which only this machine gets to see`,
    problemOf: text => (text === '' ? undefined : problemOfLabel(text)),
  })
  return answer === '' ? undefined : answer
}

function problemOfLabel(text: string): string | undefined {
  try {
    checkLabel(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The token that is there, or one that is typed in now; undefined: none, and everything stays on this machine. */
export async function askToken({ env, userHome }: SetupPlace): Promise<TokenAnswer | undefined> {
  const [found] = findTokens(env, userHome)
  if (found) {
    process.stderr.write(`A MotherDuck token is there already: ${cleanText(found.source)}\n`)
    return { token: found.token, isNew: false }
  }
  const file = tokenFileOf(userHome)
  if (existsSync(file)) {
    process.stderr.write(`${cleanText(file)} holds no token; remove it to be asked for one\n`)
    return undefined
  }
  const token = await askSecret(
    'MotherDuck token, to have one logbook on several machines (Enter: none; all works without it)',
    problemOfToken,
  )
  return token === '' ? undefined : { token, isNew: true }
}

/** What can't be a token. They are signed JSON, so several hundred characters long. */
export function problemOfToken(text: string): string | undefined {
  if (text === '') return undefined
  if (!/^[\x21-\x7e]+$/.test(text)) return 'a token is one word'
  return text.length < 40 ? 'that is too short for a token' : undefined
}

/**
 * Whether everything of mine is to go to MotherDuck, after saying what that means; undefined: no, or there is such a remote.
 */
export async function askRemote(
  { paths }: SetupPlace,
  { isNew }: TokenAnswer,
): Promise<RemoteSettings | undefined> {
  const { remotes } = readSettings(paths.settingsFile)
  if (remotes.some(({ url }) => kindOf(url) !== 'file')) return undefined
  const name = remotes.some(other => other.name === 'mine') ? 'motherduck' : 'mine'
  const remote: RemoteSettings = { name, url: normaliseUrl('md:', '/'), share: 'all', projects: [] }
  process.stderr.write(`\nA remote at MotherDuck:\n${meaningOf(remote)}`)
  return (await askYesNo('Add it?', isNew)) ? remote : undefined
}
