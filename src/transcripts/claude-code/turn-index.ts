import type { FoundLine } from '../../base/line-reader.ts'
import type { TurnKind } from '../conversation.ts'
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

  const begin = (kind: TurnKind, { start, length }: FoundLine): number => {
    kinds.push(kind)
    starts.push(start)
    lengths.push(length)
    return kinds.length - 1
  }
  const goOn = (turn: number, { start, length }: FoundLine) => {
    const lines = further.get(turn)
    if (lines) lines.push(start, length)
    else further.set(turn, [start, length])
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
    turnAt: start =>
      Math.max(
        0,
        starts.findLastIndex(known => known <= start),
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
