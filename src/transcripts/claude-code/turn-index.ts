import type { FoundLine } from '../../base/line-reader.ts'
import type { TurnKind } from '../conversation.ts'
import { roleOf } from './line-role.ts'
import { asText, isSidechainLine } from './lines.ts'

/** Where a turn's lines are: start and length of each, one after the other, in the order of the file. */
export interface TurnPlace {
  readonly kind: TurnKind
  readonly lines: readonly number[]
}

interface GrowingTurn {
  readonly kind: TurnKind
  readonly lines: number[]
}

/** Which lines make which turn. Holds places only, so that a file of any size can be indexed. */
export interface TurnIndex {
  readonly turns: readonly TurnPlace[]
  readonly counts: { lines: number; malformed: number; other: number }
  title(): string | null
  /** The first `sessionId` of the file, and its first `agentId`. */
  firstIds(): { sessionId: string | null; agentId: string | null }
  add(line: FoundLine): void
}

/** An index to which a file's lines are added in their order. */
export function createTurnIndex(): TurnIndex {
  const turns: GrowingTurn[] = []
  const counts = { lines: 0, malformed: 0, other: 0 }
  const seen = new Set<string>()
  /** The turn of each message, and of each call that has no result yet. */
  const messages = new Map<string, GrowingTurn>()
  const calls = new Map<string, GrowingTurn>()
  let customTitle: string | null = null
  let title: string | null = null
  let sessionId: string | null = null
  let agentId: string | null = null

  const begin = (kind: TurnKind, { start, length }: FoundLine): GrowingTurn => {
    const turn = { kind, lines: [start, length] }
    turns.push(turn)
    return turn
  }

  return {
    turns,
    counts,
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
      if (uuid !== null && seen.has(uuid)) {
        counts.other++
        return
      }
      if (uuid !== null) seen.add(uuid)
      if (role.role === 'reply') {
        // A subagent's aside can repeat a message of its parent.
        const key = role.key === null ? null : `${isSidechainLine(value) ? 's' : 'm'} ${role.key}`
        const known = key === null ? undefined : messages.get(key)
        if (known) known.lines.push(line.start, line.length)
        const turn = known ?? begin('assistant', line)
        if (key !== null) messages.set(key, turn)
        for (const id of role.callIds) calls.set(id, turn)
      } else if (role.role === 'results') {
        const owners = new Set(role.callIds.map(id => calls.get(id)).filter(turn => turn !== undefined))
        for (const owner of owners) owner.lines.push(line.start, line.length)
        for (const id of role.callIds) calls.delete(id)
        if (owners.size === 0) begin('result', line)
      } else begin(role.kind, line)
    },
  }
}
