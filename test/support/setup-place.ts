import path from 'node:path'
import { findPaths } from '../../src/base/paths.ts'
import { programRunner } from '../../src/base/process.ts'
import type { SetupPlace } from '../../src/setup/setup-place.ts'
import type { Step } from '../../src/setup/step.ts'
import { type Home, mainFile, packageFolder } from './home.ts'

/** What parts of setup are given: a made-up home, and the programs of `bin` before those of the system. */
export function aPlace(
  { env, folder, claudeRoot }: Home,
  bin: string,
  given: Partial<SetupPlace> = {},
): SetupPlace {
  return {
    paths: findPaths(env),
    env,
    userHome: folder,
    claudeRoot,
    platform: 'linux',
    isWsl: false,
    node: process.execPath,
    mainFile,
    packageFolder,
    now: () => Date.parse('2026-11-20T10:00:07Z'),
    run: programRunner({ ...env, PATH: [bin, '/usr/bin', '/bin'].join(path.delimiter) }),
    ...given,
  }
}

/** Carries out what was planned. */
export async function runAll(steps: Promise<readonly Step[]>): Promise<readonly Step[]> {
  const planned = await steps
  for (const step of planned) await step.run?.()
  return planned
}
