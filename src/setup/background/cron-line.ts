import { UserError } from '../../base/errors.ts'
import { singleQuote } from '../../base/shell-quote.ts'
import { runsOlderTool } from '../hooks/hook-command.ts'
import { jobWords } from './job.ts'

const mark = '# claude-session-logger'
/** What cron takes of a line (MAX_COMMAND of Vixie's, less what its own copy needs). */
const longestCommand = 990

/** The command of our line. cron makes a newline of `%`, with a backslash before it leaves it; so do shells outside quotes. */
function commandOf(shim: string): string {
  if (/[\0-\x1f\x7f\\]/.test(shim))
    throw new UserError(
      'the data folder has a backslash or a control character in its name, which cron cannot keep',
      'use another one (CLAUDE_LOGGER_HOME), or: csl background enable systemd',
    )
  const quoted = singleQuote(shim).replaceAll('%', `'\\%'`)
  // What the program has to say it writes to sync.log; what else is printed would become mail, every time.
  const command = `nice -n 10 /bin/sh ${quoted} ${jobWords.join(' ')} >/dev/null 2>&1 ${mark}`
  if (command.length > longestCommand)
    throw new UserError(
      'the path of the data folder is too long for cron',
      'use systemd: csl background enable systemd',
    )
  return command
}

/** A line of a crontab that is ours. */
export interface CronLine {
  /** `7,22,37,52 * * * *` */
  readonly schedule: string
  /** False: somebody made a comment of it. */
  readonly isActive: boolean
  /** Its command is what this version writes. */
  readonly isCurrent: boolean
}

/** Our lines for this data folder, of any version. Those of another data folder are somebody else's. */
export function findCronLines(text: string, shim: string): CronLine[] {
  return text.split('\n').flatMap(line => parseLine(line, shim) ?? [])
}

/**
 * The crontab with one line of ours. A schedule that the person changed stays; a line that was made a comment starts anew, in
 * its place. Lines of the older Python tool go: two tools would write one file.
 */
export function addCronLine(text: string | undefined, shim: string, minutes: string): string {
  const lines = (text ?? '').split('\n')
  const found = lines.map(line => parseLine(line, shim))
  const kept = found.find(line => line?.isActive)
  const ours = `${kept?.schedule ?? `${minutes} * * * *`} ${commandOf(shim)}`
  const isReplaced = (i: number) => found[i] !== undefined || isOfOlderTool(lines[i] ?? '')
  const at = kept ? found.indexOf(kept) : lines.findIndex((_, i) => isReplaced(i))
  if (at < 0) {
    const end = text === undefined || text === '' || text.endsWith('\n') ? '' : '\n'
    return `${text ?? ''}${end}${ours}\n`
  }
  const wanted = lines.flatMap((line, i) => (i === at ? [ours] : isReplaced(i) ? [] : [line]))
  // The last line was ours and had no end.
  return wanted.at(-1) === '' ? wanted.join('\n') : `${wanted.join('\n')}\n`
}

/** The crontab without our lines and without the older tool's. */
export function dropCronLines(text: string, shim: string): string {
  const isDropped = (line: string) => parseLine(line, shim) !== undefined || isOfOlderTool(line)
  return text
    .split('\n')
    .filter(line => !isDropped(line))
    .join('\n')
}

/** The crontab without our lines; the older tool's, which stood there before we came, stand in their place again. */
export function removeCronLines(text: string, shim: string, before = ''): string {
  const older = olderLines(before).filter(line => !text.split('\n').includes(line))
  const lines = text.split('\n')
  const at = lines.findIndex(line => parseLine(line, shim))
  if (at < 0) return text + older.map(line => `${line}\n`).join('')
  return lines.flatMap((line, i) => (i === at ? older : parseLine(line, shim) ? [] : [line])).join('\n')
}

/** Lines that start the Python tool of the same name, which wrote the same database. */
export function olderLines(text = ''): string[] {
  return text.split('\n').filter(isOfOlderTool)
}

function isOfOlderTool(line: string): boolean {
  return /^\s*[^#\s]/.test(line) && runsOlderTool(line)
}

function parseLine(line: string, shim: string): CronLine | undefined {
  if (!line.trimEnd().endsWith(mark) || !line.includes(singleQuote(shim).replaceAll('%', `'\\%'`))) return
  const [, comment, schedule, command = ''] =
    /^\s*(#[#\s]*)?((?:\S+\s+){4}\S+|@\w+)\s+(.*?)\s*$/.exec(line) ?? []
  if (schedule === undefined) return
  return { schedule, isActive: comment === undefined, isCurrent: command === commandOf(shim) }
}
