import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import type { RemoteSettings } from '../../base/settings.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import { planToken } from '../../setup/token.ts'
import { tokenFileOf } from '../../sync/remotes/motherduck/token.ts'
import { RemoteError } from '../../sync/remotes/trouble.ts'
import { addRemote } from '../add-remote.ts'
import { askSecret } from '../ask.ts'
import type { Context } from '../context.ts'
import { problemOfToken, type TokenAnswer } from './questions.ts'

/** What the person wants of MotherDuck. */
export interface MotherDuckWish {
  readonly token: TokenAnswer | undefined
  readonly remote: RemoteSettings | undefined
}

/**
 * Adds the remote and stores the token that is new: one that MotherDuck refuses is asked for again and never stored. That
 * MotherDuck can't be reached now is said, and is no failure. Answers whether there is a remote more.
 */
export async function carryOutWish(
  context: Context,
  place: SetupPlace,
  wish: MotherDuckWish,
): Promise<boolean> {
  const { remote } = wish
  let { token } = wish
  let isAdded = false
  while (token && remote && !isAdded) {
    process.stderr.write('  asking MotherDuck …\n')
    const { token: secret, isNew } = token
    try {
      await addRemote(
        isNew ? { ...context, env: { ...context.env, motherduck_token: secret } } : context,
        remote,
      )
      isAdded = true
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      process.stderr.write(`  ${cleanText(error.message)}\n`)
      if (!isNew || !(error instanceof RemoteError) || error.kind !== 'refused') break
      const again = await askSecret('Another token (Enter: none)', problemOfToken)
      token = again === '' ? undefined : { token: again, isNew: true }
    }
  }
  if (token?.isNew) {
    const file = tokenFileOf(place.userHome)
    for (const step of await planToken(place, file, token.token)) await step.run?.()
    process.stdout.write(`  done  token           ${cleanText(file)}\n`)
  }
  if (isAdded && remote) process.stdout.write(`  done  remote          ${remote.name}  ${remote.url}\n`)
  else if (remote)
    process.stdout.write(`  not added; later: csl remote add ${remote.name} ${remote.url} --share all\n`)
  return isAdded
}
