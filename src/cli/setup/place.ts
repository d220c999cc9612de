import { statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { UsageError, UserError } from '../../base/errors.ts'
import { findUserHome } from '../../base/paths.ts'
import { programRunner } from '../../base/process.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Context } from '../context.ts'

/** What the parts of setup are given. Throws a UserError where this machine or this copy of the program can't be set up. */
export function setupPlaceOf(context: Context): SetupPlace {
  const { env, paths, mainFile, packageFolder, now } = context
  const userHome = findUserHome(env)
  const [claudeRoot = path.join(userHome, '.claude')] = paths.claudeRoots
  refuseForeignHome(userHome, env.SUDO_USER ?? env.DOAS_USER)
  if (paths.claudeRoots.includes(paths.home))
    throw new UserError(
      `${paths.home} is Claude Code's own folder`,
      'give csl a folder of its own with CLAUDE_LOGGER_HOME',
    )
  return {
    paths,
    env,
    userHome,
    claudeRoot,
    platform: process.platform,
    isWsl: process.platform === 'linux' && /microsoft/i.test(os.release()),
    node: process.execPath,
    mainFile,
    packageFolder,
    now,
    run: programRunner(env),
  }
}

/** What a copy that a package runner keeps for a while is asked to be set up: its path would lead nowhere soon. */
export function refusePassingCopy(mainFile: string): void {
  if (!/[\\/](_npx|dlx(-[^\\/]+)?|bunx-[^\\/]+)[\\/]/.test(mainFile)) return
  throw new UsageError(
    `this copy of csl will not stay: ${path.dirname(path.dirname(mainFile))}`,
    'npm install -g claude-session-logger, then: csl setup',
  )
}

/** With sudo, files in a person's home would be made that the person can't change any more. */
function refuseForeignHome(userHome: string, sudoUser: string | undefined): void {
  const home = statSync(userHome, { throwIfNoEntry: false })
  if (!home?.isDirectory())
    throw new UserError(`there is no home folder ${userHome}`, 'make it, or set HOME to another one')
  if (sudoUser && home.uid !== process.getuid?.())
    throw new UsageError(`${userHome} is not the home of who runs this`, 'run it without sudo')
}
