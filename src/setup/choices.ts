/** What starts a sync now and then: launchd on macOS; a line of the crontab or a timer of systemd's on Linux. */
export const backgroundKinds = ['launchd', 'cron', 'systemd', 'none'] as const

export type BackgroundKind = (typeof backgroundKinds)[number]

/** What the person wants of setup. */
export interface SetupChoices {
  /** A name for this machine; undefined: the one it has. */
  readonly label: string | undefined
  /** False: the settings of Claude Code are left alone. */
  readonly hooks: boolean
  /** Undefined: the kind that is set up here already, else the one that fits this machine. `none`: what is set up is taken out. */
  readonly background: BackgroundKind | undefined
  /** A short `logger` command beside `csl`; false: one that is there is left alone. */
  readonly loggerCommand: boolean
}
