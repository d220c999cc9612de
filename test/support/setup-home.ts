import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { type Home, homeIn, makeHome } from './home.ts'
import { addCrontab, makeStandIns, type StandIns } from './stand-ins.ts'

/** A home in which everything that setup touches can be tried: what a system keeps outside of it lies beside it. */
export interface SetupHome extends Home {
  /** What the system's cron keeps for the person. */
  readonly crontab: string
  readonly settings: string
  /** Programs of the system that are played. */
  readonly standIns: StandIns
  /** `csl setup WORDS`, with what there is of a system. */
  setup(...words: string[]): ReturnType<Home['csl']>
  /** Every file, link and folder of the home and of the system, with its mode and what is in it. */
  snapshot(): Map<string, string>
}

/** What a person who uses Claude Code has: settings with a comment and hooks of others, instructions, a shell's settings. */
export const settingsText = `{
  // mine
  "model": "opus",
  "hooks": {
    "SessionEnd": [{ "hooks": [{ "type": "command", "command": "say bye" }] }],
  },
}
`

export function makeSetupHome(): SetupHome {
  return fillSetupHome(makeHome().folder)
}

/** Makes it in a folder that the caller looks after. */
export function fillSetupHome(folder: string): SetupHome {
  const home = setupHomeIn(folder)
  mkdirSync(home.claudeRoot, { recursive: true })
  writeFileSync(home.settings, settingsText)
  writeFileSync(path.join(home.claudeRoot, 'CLAUDE.md'), '# Mine\n\nBe brief.')
  writeFileSync(path.join(home.folder, '.profile'), 'export EDITOR=vi\n')
  return home
}

/** The same for a folder that was filled already. */
export function setupHomeIn(folder: string): SetupHome {
  const home = homeIn(folder)
  const system = path.join(folder, systemName)
  const standIns = makeStandIns(system)
  addCrontab(standIns)
  const env = { ...home.env, PATH: `${standIns.bin}:${home.env.PATH}` }
  const csl: Home['csl'] = (args, options = {}) =>
    home.csl(args, { ...options, env: { ...env, ...options.env } })
  return {
    ...home,
    env,
    csl,
    standIns,
    crontab: path.join(system, 'crontab.txt'),
    settings: path.join(home.claudeRoot, 'settings.json'),
    // The same everywhere: what fits a system is chosen in tests of the background sync.
    setup: (...words) =>
      csl(['setup', ...(words.includes('--yes') ? ['--background', 'cron'] : []), ...words]),
    snapshot() {
      const own = [...snapshotOf(folder)].filter(([name]) => !isStandIn(name))
      return new Map(own)
    },
  }
}

/**
 * The texts that are not ours alone, by name; what differs from home to home and from minute to minute is made the same. To tell
 * whether each is as it was before, or as setup leaves it.
 */
export function othersTexts({ folder }: SetupHome): Map<string, string> {
  const names = ['.claude/settings.json', '.claude/CLAUDE.md', '.profile', `${systemName}/crontab.txt`]
  const there = names.filter(name => existsSync(path.join(folder, name)))
  return new Map(
    there.map(name => {
      const text = readFileSync(path.join(folder, name), 'utf8')
      return [name, text.replaceAll(folder, '~').replace(/^[\d,]+ (?=.*claude-session-logger)/gm, 'N ')]
    }),
  )
}

const systemName = '.system'

/** The programs of the system, and what they note, are nothing that a command may change or not. */
function isStandIn(name: string): boolean {
  return name.startsWith(`${systemName}/`) && name !== `${systemName}/crontab.txt`
}

/** Every file, link and folder below a folder: its mode and a hash of what is in it, or where it leads. */
export function snapshotOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map(
    (entry): [string, string] => {
      const file = path.join(entry.parentPath, entry.name)
      if (entry.isSymbolicLink()) return [path.relative(folder, file), `-> ${readlinkSync(file)}`]
      const mode = (statSync(file).mode & 0o7777).toString(8)
      const content = entry.isDirectory()
        ? 'folder'
        : createHash('sha256').update(readFileSync(file)).digest('hex')
      return [path.relative(folder, file), `${mode} ${content}`]
    },
  )
  return new Map(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}
