import { cleanText } from '../../../base/clean-text.ts'
import { formatCount } from '../../../base/format.ts'
import { textWidth } from '../../../base/text-width.ts'
import type { TextState } from './text-search.ts'

/** What the header tells at its right end. */
export interface Told {
  /** How many listed sessions are selected. */
  readonly selected: number
  /** Filters that are not understood, as they were typed. */
  readonly odd: readonly string[]
  /** How many are selected, and not listed now: nothing is done with them. */
  readonly unlisted: number
  /** How many are listed, of how many: `10 of 40`. */
  readonly listed: string
  /** How the search in transcripts stands; undefined: nothing is searched for. */
  readonly text: { readonly full: string; readonly short: string } | undefined
}

/** How the search in transcripts stands. `hits`: how many of the listed sessions it found. */
export function textStatus(
  text: TextState,
  { isOn, isAsked, hits }: { readonly isOn: boolean; readonly isAsked: boolean; readonly hits: number },
): Told['text'] {
  if (!isOn) return { full: 'text search off', short: 'no text' }
  if (!isAsked) return undefined
  const { isSearching, transcripts, failed, trouble } = text
  if (trouble !== undefined) return { full: `text search failed: ${trouble}`, short: 'text search failed' }
  const [found, all] = [formatCount(hits), formatCount(transcripts)]
  const unread =
    failed > 0 ? [` · ${formatCount(failed)} not readable`, ` !${formatCount(failed)}`] : ['', '']
  if (isSearching)
    return {
      full: `searching text… ${found} ${hits === 1 ? 'hit' : 'hits'}${unread[0]}`,
      short: `text… ${found}`,
    }
  return {
    full: `text: ${found} of ${all} transcripts${unread[0]}`,
    short: `text ${found}/${all}${unread[1]}`,
  }
}

/** As much of it as there is room for. */
export function toldText({ selected, unlisted, odd, listed, text }: Told, columns: number): string {
  const chosen = selectionText(selected, unlisted)
  const unclear = odd.map(filter => `${cleanText(filter)}?`).join(' ')
  const selection = [unclear, chosen].filter(Boolean).join(' · ')
  const choices = [
    [selection, text?.full, listed],
    [selection, text?.short, listed],
    [selection, text?.short],
    [selection || text?.short],
  ]
  const texts = choices.map(parts => parts.filter(Boolean).join(' · '))
  return texts.find(candidate => textWidth(candidate) <= columns) ?? ''
}

/** `2 selected`, `1 selected, not listed`, `2 selected + 1 not listed` */
function selectionText(selected: number, unlisted: number): string {
  if (unlisted === 0) return selected > 0 ? `${formatCount(selected)} selected` : ''
  if (selected === 0) return `${formatCount(unlisted)} selected, not listed`
  return `${formatCount(selected)} selected + ${formatCount(unlisted)} not listed`
}
