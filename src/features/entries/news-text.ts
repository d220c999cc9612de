import { cleanText } from '../../base/clean-text.ts'
import { stampMs } from '../../base/clock.ts'
import { timeText } from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { StoredChange } from './change.ts'

/** What somebody did to an entry, on one line: `2026-11-20 13:37  Bea noted: fixed in #41`. */
export function newsText(change: StoredChange, clock: ZoneClock): string {
  const { hlc, actorName } = change
  return `${timeText(stampMs(hlc), clock)}  ${cleanText(actorName)} ${cleanText(saidText(change))}`
}

function saidText({ kind, value }: StoredChange): string {
  switch (kind) {
    case 'create':
      return 'logged it'
    case 'note':
      return `noted: ${value}`
    case 'deleted':
      return value === 'true' ? 'deleted it' : 'brought it back'
    case 'body':
      return 'rewrote the text'
    case 'tag':
      return `tagged it ${value}`
    case 'untag':
      return `took the tag ${value} away`
    default:
      return `set ${kind}: ${value}`
  }
}
