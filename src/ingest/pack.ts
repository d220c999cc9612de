import type { UsageRecord } from '../transcripts/transcript.ts'

/** Usage records as a few flat arrays: handing them to another thread as objects took longer than reading them. */
export interface PackedUsage {
  readonly numbers: Float64Array
  /** Places in `strings`; `nothing` stands for null. */
  readonly texts: Uint32Array
  readonly flags: Uint8Array
  readonly strings: readonly string[]
}

const numberFields = 12
const textFields = 9
const nothing = 0xffffffff

/** Packs records; `unpackUsage` gives the same ones back. Unknown times are kept as NaN. */
export function packUsage(records: readonly UsageRecord[]): PackedUsage {
  const numbers = new Float64Array(records.length * numberFields)
  const texts = new Uint32Array(records.length * textFields)
  const flags = new Uint8Array(records.length)
  const strings: string[] = []
  const places = new Map<string, number>()
  const place = (text: string | null) => {
    if (text === null) return nothing
    let at = places.get(text)
    if (at === undefined) {
      at = strings.push(text) - 1
      places.set(text, at)
    }
    return at
  }
  records.forEach((r, i) => {
    const n = i * numberFields
    numbers[n] = r.part
    numbers[n + 1] = r.occurredAtMs ?? Number.NaN
    numbers[n + 2] = r.lineAtMs ?? Number.NaN
    numbers[n + 3] = r.bornAtMs ?? Number.NaN
    numbers[n + 4] = r.input
    numbers[n + 5] = r.output
    numbers[n + 6] = r.cacheWrite5m
    numbers[n + 7] = r.cacheWrite1h
    numbers[n + 8] = r.cacheRead
    numbers[n + 9] = r.thinking
    numbers[n + 10] = r.webSearches
    numbers[n + 11] = r.webFetches
    const t = i * textFields
    texts[t] = place(r.messageKey)
    texts[t + 1] = place(r.sessionId)
    texts[t + 2] = place(r.claimedSessionId)
    texts[t + 3] = place(r.model)
    texts[t + 4] = place(r.speed)
    texts[t + 5] = place(r.serviceTier)
    texts[t + 6] = place(r.inferenceGeo)
    texts[t + 7] = place(r.requestId)
    texts[t + 8] = place(r.agentId)
    flags[i] =
      (r.isSidechain ? 1 : 0) |
      (r.hasUsage ? 2 : 0) |
      (r.hasStopReason ? 4 : 0) |
      (r.isFinal ? 8 : 0) |
      (r.fromProgress ? 16 : 0)
  })
  return { numbers, texts, flags, strings }
}

/** Gives the records back. */
export function unpackUsage({ numbers, texts, flags, strings }: PackedUsage): UsageRecord[] {
  const records: UsageRecord[] = []
  for (let i = 0; i < flags.length; i++) {
    const n = i * numberFields
    const t = i * textFields
    const flag = flags[i] ?? 0
    const number = (field: number) => numbers[n + field] ?? 0
    const instant = (field: number) => {
      const ms = number(field)
      return Number.isNaN(ms) ? null : ms
    }
    const text = (field: number) => strings[texts[t + field] ?? nothing] ?? null
    records.push({
      messageKey: text(0) ?? '',
      part: number(0),
      sessionId: text(1) ?? '',
      claimedSessionId: text(2),
      occurredAtMs: instant(1),
      lineAtMs: instant(2),
      bornAtMs: instant(3),
      model: text(3) ?? '',
      speed: text(4),
      serviceTier: text(5),
      inferenceGeo: text(6),
      input: number(4),
      output: number(5),
      cacheWrite5m: number(6),
      cacheWrite1h: number(7),
      cacheRead: number(8),
      thinking: number(9),
      webSearches: number(10),
      webFetches: number(11),
      requestId: text(7),
      isSidechain: (flag & 1) !== 0,
      agentId: text(8),
      hasUsage: (flag & 2) !== 0,
      hasStopReason: (flag & 4) !== 0,
      isFinal: (flag & 8) !== 0,
      fromProgress: (flag & 16) !== 0,
    })
  }
  return records
}
