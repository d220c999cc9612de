/** A pause longer than this ends a stretch of activity (the idle gap of `active_min`). */
export const idleGapMs = 5 * 60 * 1000

export type Span = readonly [startMs: number, endMs: number]

/** Stretches of activity out of single instants, in any order. */
export function spansOf(instantsMs: readonly number[]): Span[] {
  return mergeSpans(instantsMs.map(at => [at, at] as const))
}

/**
 * Joins stretches that overlap or lie within the idle gap. Joining the spans of several files gives the same as
 * looking at all their instants at once, so a session's active time does not depend on how it is split into files.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const merged: [number, number][] = []
  for (const [start, end] of sorted) {
    const last = merged.at(-1)
    if (last && start - last[1] <= idleGapMs) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}

/** Seconds inside the stretches. */
export function activeSec(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + (end - start), 0) / 1000
}
