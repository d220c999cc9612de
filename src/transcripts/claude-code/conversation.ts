import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { errorCode, UserError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/jsonl.ts'
import { createLineReader, type LineReader, lineStartAfter, parseLine } from '../../base/line-reader.ts'
import type { Conversation, Turn } from '../conversation.ts'
import { storable } from './lines.ts'
import { memberOf, tool } from './locate.ts'
import { turnOfLines } from './turn.ts'
import { createTurnIndex, type TurnIndex } from './turn-index.ts'

/** A longer line is named, not read: its text and its object would take several times its length. */
const longestLine = 32 << 20
/** How much of the end is looked at first. */
const tailBytes = 1 << 20
/** Bytes of lines whose turns are kept. */
const cacheBytes = 12 << 20

interface CachedTurn {
  readonly turn: Turn
  readonly lines: number
  readonly bytes: number
}

/** What is known of one file under one name; a file that is replaced gets a new one. */
interface Reading {
  readonly descriptor: number
  readonly inode: number
  readonly reader: LineReader
  readonly index: TurnIndex
  readonly cache: Map<number, CachedTurn>
}

function openReading(file: string): Reading {
  const descriptor = openSync(file, 'r')
  return {
    descriptor,
    inode: fstatSync(descriptor).ino,
    reader: createLineReader(descriptor, longestLine),
    index: createTurnIndex(),
    cache: new Map(),
  }
}

/** The turns of the last bytes of a file; what is in the middle of a line at their beginning is left out. */
function readTail(descriptor: number, from: number): TurnIndex {
  const index = createTurnIndex()
  const start = lineStartAfter(descriptor, from)
  if (start === undefined) return index
  const reader = createLineReader(descriptor, longestLine, start)
  while (reader.readOn(tailBytes, line => index.add(line))) {
    // To the end.
  }
  return index
}

/** A transcript turn by turn. It stays open, so that one that is deleted meanwhile can be read to its end. */
export function openConversation(file: string): Conversation {
  let reading = openReading(file)
  let size = fstatSync(reading.descriptor).size
  let isComplete = false
  let edition = 0
  let isOpen = true
  let cached = 0
  /** What is known of the end as long as not all is. */
  let tail: TurnIndex | undefined

  const isMain = memberOf(file, null).member === ''

  const indexOf = (number: number): readonly [TurnIndex | undefined, number] =>
    number < 0 ? [tail, (tail?.turns ?? 0) + number] : [reading.index, number]
  const remember = (number: number, entry: CachedTurn) => {
    reading.cache.set(number, entry)
    cached += entry.bytes
    for (const [oldest, { bytes }] of reading.cache) {
      if (cached <= cacheBytes || oldest === number) break
      reading.cache.delete(oldest)
      cached -= bytes
    }
  }
  const forget = (number: number) => {
    const known = reading.cache.get(number)
    if (!known) return
    reading.cache.delete(number)
    cached -= known.bytes
  }
  const ids = () => {
    const first = reading.index.firstIds()
    return { ...memberOf(file, storable(first.sessionId)), agentId: first.agentId }
  }

  return {
    tool,
    file,
    get sessionId() {
      return ids().sessionId
    },
    get agentId() {
      const { member, agentId } = ids()
      return member === '' ? null : (agentId ?? member)
    },
    state: () => ({
      turns: reading.index.turns,
      isComplete,
      edition,
      readBytes: reading.reader.offset,
      size,
      lines: reading.index.counts.lines,
      malformedLines: reading.index.counts.malformed,
      otherLines: reading.index.counts.other,
      title: reading.index.title(),
    }),
    readOn(bytes) {
      if (!isComplete && isOpen) isComplete = !reading.reader.readOn(bytes, line => reading.index.add(line))
      if (isComplete) size = Math.max(size, reading.reader.offset)
      return !isComplete && isOpen
    },
    readEnd(turns) {
      const known = tail?.turns ?? 0
      if (known >= turns) return known
      for (const number of [...reading.cache.keys()]) if (number < 0) forget(number)
      for (let bytes = tailBytes; ; bytes *= 4) {
        tail = readTail(reading.descriptor, Math.max(reading.reader.offset, size - bytes))
        if (tail.turns >= turns || size - bytes <= reading.reader.offset) return tail.turns
      }
    },
    settled(number) {
      const [index, at] = indexOf(number)
      // A part of a turn that began before belongs to that one.
      return reading.index.turnAt(index?.linesOf(at)[0] ?? Number.POSITIVE_INFINITY)
    },
    kindOf(number) {
      const [index, at] = indexOf(number)
      return index?.kindOf(at) ?? 'notice'
    },
    asideOf(number) {
      const [index, at] = indexOf(number)
      // In a file of its own everything is the subagent's.
      const aside = isMain ? index?.asideOf(at) : null
      return aside ? { ...aside, first: aside.first + number - at } : null
    },
    lineCountOf(number) {
      const [index, at] = indexOf(number)
      return (index?.linesOf(at).length ?? 0) / 2
    },
    turn(number) {
      // Its descriptor may be another file's by now.
      if (!isOpen) throw new UserError('the transcript was closed meanwhile')
      const [index, at] = indexOf(number)
      const kind = index?.kindOf(at)
      if (!index || kind === undefined) throw new RangeError(`there is no turn ${number}`)
      const places = index.linesOf(at)
      const known = reading.cache.get(number)
      if (known && known.lines === places.length) return known.turn
      forget(number)
      const { lines, bytes } = readLines(reading.descriptor, kind === 'unread' ? [] : places)
      const turn = turnOfLines(kind, lines, { isMain, length: places[1] ?? 0 })
      remember(number, { turn, lines: places.length, bytes })
      return turn
    },
    refresh() {
      if (!isOpen) return 'same'
      const named = statIfThere(file)
      if (named && named.ino === reading.inode && named.size >= reading.reader.offset) {
        const before = size
        size = named.size
        if (size === before) return 'same'
        isComplete = false
        return 'grown'
      }
      if (!named) return 'gone'
      closeSync(reading.descriptor)
      reading = openReading(file)
      edition++
      size = named.size
      isComplete = false
      cached = 0
      tail = undefined
      return 'replaced'
    },
    close() {
      if (isOpen) closeSync(reading.descriptor)
      isOpen = false
    },
  }
}

function statIfThere(file: string) {
  try {
    return statSync(file)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** The objects of a turn's lines. What was cut out of the file since it was indexed is left out. */
function readLines(descriptor: number, places: readonly number[]): { lines: JsonObject[]; bytes: number } {
  const lines: JsonObject[] = []
  let bytes = 0
  for (let i = 0; i + 1 < places.length; i += 2) {
    const start = places[i] ?? 0
    const buffer = Buffer.allocUnsafe(places[i + 1] ?? 0)
    let filled = 0
    while (filled < buffer.length) {
      const got = readSync(descriptor, buffer, filled, buffer.length - filled, start + filled)
      if (got === 0) break
      filled += got
    }
    bytes += filled
    const value = parseLine(buffer.subarray(0, filled), start === 0)
    if (value) lines.push(value)
  }
  return { lines, bytes }
}
