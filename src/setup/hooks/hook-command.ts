import { singleQuote } from '../../base/shell-quote.ts'
import { shellCommands } from '../../base/shell-words.ts'

/** The events that we have hooks on. */
export const hookEvents = ['SessionStart', 'SessionEnd'] as const

export type HookEvent = (typeof hookEvents)[number]

export type HookCommands = Readonly<Record<HookEvent, string>>

/** Seconds that an event's hook may take; at a session's end any number raises what all hooks together get, 1.5 seconds. */
export const timeoutSeconds = 10

/** What our hooks call: the script of the data folder, which calls the program. */
export interface Installed {
  readonly shim: string
  readonly node: string
  readonly main: string
  readonly platform: NodeJS.Platform
}

/**
 * The command lines of our hooks. Where there is no `sh`, on Windows, they call Node directly: what a kill leaves behind there
 * waits for the next command or the next sync.
 */
export function hookCommands({ shim, node, main, platform }: Installed): HookCommands {
  if (platform === 'win32') {
    const program = [node, main].map(file => `"${file.replaceAll('\\', '/')}"`).join(' ')
    return { SessionStart: `${program} session-start`, SessionEnd: `${program} record` }
  }
  const script = singleQuote(shim)
  return { SessionStart: `${script} start`, SessionEnd: `${script} record --no-sync; ${script} kick` }
}

/** A hook as the settings name it; with `args` no shell reads the command. */
export interface HookCall {
  readonly command: string
  readonly args: readonly string[] | undefined
}

export type HookOwner = 'ours' | 'older tool' | 'others'

/** Whose a hook is that does nothing but call us, or the older Python tool. One that does more is others'. */
export function ownerOf(call: HookCall, installed: Installed): HookOwner {
  const commands = call.args ? [[call.command, ...call.args]] : shellCommands(call.command)
  const all = commands?.filter(words => !does(words, trifles)) ?? []
  if (all.length === 0) return 'others'
  if (all.every(words => isOurs(words, installed))) return 'ours'
  return all.every(isOfOlderTool) ? 'older tool' : 'others'
}

/** Whether a line of shell runs the older tool, whatever else it does. */
export function runsOlderTool(line: string): boolean {
  return /(?:^|[\s'"/])(?:-m)?claude_session_logger[./](?:cli|memory|hive)\b/.test(line)
}

/** Whether a hook of others calls our script, too. */
export function mentionsUs({ command, args = [] }: HookCall, { shim }: Installed): boolean {
  return [command, ...args].some(word => word.includes(shim) || ourScript.test(word))
}

/** What may stand beside a call in the same line. */
const trifles = new Set([':', '[', 'cat', 'cd', 'exit', 'export', 'test', 'true'])
const ourScript = /(?:^|[\\/])claude-session-logger[\\/]hook\.sh$/
const ourNames = new Set(['csl', 'claude-session-logger'])
/** Commands that are made for hooks. */
const hookWords = new Set(['record', 'recent', 'inbox', 'session-start'])

function isOurs(words: readonly string[], { shim, main }: Installed): boolean {
  const [first = '', second = '', third = ''] = words
  const isScript = (word: string) => word === shim || ourScript.test(word)
  if (isScript(first)) return true
  if (does(words, shells)) return isScript(second)
  if (ourNames.has(nameOf(first))) return hookWords.has(second)
  const isMain = second.replaceAll('\\', '/') === main.replaceAll('\\', '/')
  return (
    nameOf(first) === 'node' &&
    (isMain || /claude-session-logger.*main\.mjs$/.test(second)) &&
    hookWords.has(third)
  )
}

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh'])

function isOfOlderTool(words: readonly string[]): boolean {
  return words.some(runsOlderTool)
}

function does([first = '']: readonly string[], names: ReadonlySet<string>): boolean {
  return names.has(nameOf(first))
}

function nameOf(program: string): string {
  return program.replace(/^.*[\\/]/, '').replace(/\.(?:exe|cmd)$/i, '')
}
