import { statSync } from 'node:fs'
import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import { shellQuote } from '../../base/shell-quote.ts'
import type { CommandLine } from '../../transcripts/source.ts'
import { sourceOf } from '../../transcripts/sources.ts'
import type { FoundSession } from './find.ts'

/** What of a session decides how it is continued. */
export type Resumable = Pick<FoundSession, 'id' | 'tool' | 'resumeCwd' | 'machine' | 'machineId'>

/** How a session is continued. Null where its tool can't, or its id is none that the tool makes. */
export function resumeLine({ id, tool, resumeCwd }: Resumable): CommandLine | null {
  if (tool === null || resumeCwd === null) return null
  return sourceOf(tool)?.resume?.({ id, cwd: resumeCwd }) ?? null
}

/** The line to paste into a shell: all that comes from outside is quoted. */
export function resumeText({ command, args, cwd }: CommandLine): string {
  // A folder's name is no option of cd.
  const folder = cwd.startsWith('-') ? `./${cwd}` : cwd
  return `cd ${shellQuote(folder)} && ${[command, ...args].map(shellQuote).join(' ')}`
}

/**
 * How to continue a session here and now. Throws a UserError where that can't go well, which says why and what to run by
 * hand.
 */
export async function planResume(
  session: Resumable,
  here: { readonly roots: readonly string[]; readonly machineId: string },
): Promise<CommandLine> {
  const line = resumeLine(session)
  const byHand = line && `to run by hand: ${resumeText(line)}`
  const transcript = await sourceOf(session.tool ?? '')?.find(here.roots, session.id)
  const isElsewhere = session.machineId !== null && session.machineId !== here.machineId
  if (transcript === undefined && isElsewhere)
    throw new UserError(
      `this session is on another machine: ${cleanText(session.machine ?? session.machineId ?? '')}`,
      `there, ${byHand ?? `to run by hand: csl resume ${shellQuote(session.id)}`}`,
    )
  if (!line)
    throw new UserError(`${cleanText(session.id)} can't be resumed`, 'its tool or its folder is not known')
  if (transcript === undefined)
    throw new UserError('its transcript is gone, so it can’t be resumed', `if it comes back, ${byHand}`)
  if (!isFolder(line.cwd))
    throw new UserError(
      `its folder is gone: ${cleanText(line.cwd)}`,
      `once the folder is there again, ${byHand}`,
    )
  return line
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
