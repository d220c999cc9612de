import type { Env, Paths } from '../base/paths.ts'
import type { RunProgram } from '../base/process.ts'

/** All that a part of setup is given of this machine and this installation. Nothing below reads the environment or the clock. */
export interface SetupPlace {
  readonly paths: Paths
  readonly env: Env
  /** The person's home folder; absolute, and it exists. */
  readonly userHome: string
  /** The Claude folder whose settings are ours to add to: the first of `paths.claudeRoots`. It may not exist yet. */
  readonly claudeRoot: string
  readonly platform: NodeJS.Platform
  /** Linux below Windows. */
  readonly isWsl: boolean
  /** The Node that runs this; absolute. */
  readonly node: string
  /** Our program, `dist/main.mjs` of the installed package; absolute. */
  readonly mainFile: string
  /** Holds package.json, prices.json, dist/ and what else the package ships. */
  readonly packageFolder: string
  readonly now: () => number
  /** Runs programs of the system: crontab, launchctl, systemctl. */
  readonly run: RunProgram
}
