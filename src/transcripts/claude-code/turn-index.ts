import type { FoundLine } from '../../base/line-reader.ts'
import type { Aside, TurnKind } from '../conversation.ts'
import { createKnownIds } from './known-ids.ts'
import { roleOf } from './line-role.ts'
import { asText, isSidechainLine } from './lines.ts'

/** Replies whose further lines are still expected: a client writes the lines of one message near each other. */
const openMessages = 10_000

/** Which lines make which turn. Holds places only, some bytes a turn, so that a file of any size can be indexed. */
export interface TurnIndex {
  readonly turns: number
  readonly counts: { lines: number; malformed: number; other: number }
  kindOf(turn: number): TurnKind | undefined
  /** Start and length of each of its lines, one after the other, in the order of the file. */
  linesOf(turn: number): readonly number[]
  /** The turns of subagents among which a turn stands; null: it is none of them. */
  asideOf(turn: number): Aside | null
  /** The last turn that began at or before a place of the file; 0 if none did. */
  turnAt(start: number): number
  title(): string | null
  /** The first `sessionId` of the file, and its first `agentId`. */
  firstIds(): { sessionId: string | null; agentId: string | null }
  add(line: FoundLine): void
}

/** An index to which a file's lines are added in their order. */
export function createTurnIndex(): TurnIndex {
  const kinds: TurnKind[] = []
  const starts: number[] = []
  const lengths: number[] = []
  /** Of turns with more than one line: all but the first. */
  const further = new Map<number, number[]>()
  const asides: { first: number; turns: number; bytes: number }[] = []
  const counts = { lines: 0, malformed: 0, other: 0 }
  const seen = createKnownIds()
  /** The turn of each message of late, and of each call that has no result yet. */
  let messages = new Map<string, number>()
  let earlier = new Map<string, number>()
  const calls = new Map<string, number>()
  let customTitle: string | null = null
  let title: string | null = null
  let sessionId: string | null = null
  let agentId: string | null = null

  const asideOf = (turn: number) => {
    const aside = asides[lastAtOrBefore(asides.length, at => (asides[at]?.first ?? 0) <= turn)]
    return aside && turn < aside.first + aside.turns ? aside : null
  }
  const begin = (kind: TurnKind, { start, length, value }: FoundLine): number => {
    kinds.push(kind)
    starts.push(start)
    lengths.push(length)
    const turn = kinds.length - 1
    if (value && isSidechainLine(value)) {
      const before = asideOf(turn - 1)
      if (before) {
        before.turns++
        before.bytes += length
      } else asides.push({ first: turn, turns: 1, bytes: length })
    }
    return turn
  }
  const goOn = (turn: number, { start, length }: FoundLine) => {
    const lines = further.get(turn)
    if (lines) lines.push(start, length)
    else further.set(turn, [start, length])
    const aside = asideOf(turn)
    if (aside) aside.bytes += length
  }
  const expectMore = (key: string, turn: number) => {
    messages.set(key, turn)
    if (messages.size < openMessages) return
    earlier = messages
    messages = new Map()
  }

  return {
    get turns() {
      return kinds.length
    },
    counts,
    kindOf: turn => kinds[turn],
    linesOf: turn => [starts[turn] ?? 0, lengths[turn] ?? 0, ...(further.get(turn) ?? [])],
    asideOf,
    turnAt: start =>
      Math.max(
        0,
        lastAtOrBefore(starts.length, at => (starts[at] ?? 0) <= start),
      ),
    title: () => customTitle ?? title,
    firstIds: () => ({ sessionId, agentId }),
    add(line) {
      counts.lines++
      if (line.isTooLong) {
        begin('unread', line)
        return
      }
      const { value } = line
      if (!value) {
        counts.malformed++
        return
      }
      sessionId ??= asText(value.sessionId)
      agentId ??= asText(value.agentId)
      const role = roleOf(value)
      if (role.role === 'other' || role.role === 'title') {
        counts.other++
        if (role.role === 'title' && value.type === 'custom-title') customTitle = role.title ?? customTitle
        else if (role.role === 'title') title = role.title ?? title
        return
      }
      // A resume can write history again.
      const uuid = asText(value.uuid)
      if (uuid !== null && !seen.add(uuid)) {
        counts.other++
        return
      }
      if (role.role === 'reply') {
        // A subagent's aside can repeat a message of its parent.
        const key = role.key === null ? null : `${isSidechainLine(value) ? 's' : 'm'} ${role.key}`
        const known = key === null ? undefined : (messages.get(key) ?? earlier.get(key))
        if (known !== undefined) goOn(known, line)
        const turn = known ?? begin('assistant', line)
        if (key !== null && known === undefined) expectMore(key, turn)
        for (const id of role.callIds) calls.set(id, turn)
      } else if (role.role === 'results') {
        const owners = new Set(role.callIds.map(id => calls.get(id)).filter(turn => turn !== undefined))
        for (const owner of owners) goOn(owner, line)
        for (const id of role.callIds) calls.delete(id)
        if (owners.size === 0) begin('result', line)
      } else begin(role.kind, line)
    },
  }
}

/** The last place of a sorted list up to which something holds; -1 if it does for none. */
function lastAtOrBefore(length: number, holds: (at: number) => boolean): number {
  let low = -1
  let high = length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
