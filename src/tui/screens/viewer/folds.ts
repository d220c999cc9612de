import type { Aside } from '../../../transcripts/conversation.ts'

/** What is open and what is folded. */
export interface Folds {
  readonly showsThinking: boolean
  readonly showsResults: boolean
  readonly showsFacts: boolean
  /** Turns of which everything is open. */
  readonly openTurns: ReadonlySet<number>
  /** Whether asides are open, but for those that are named: those are not as the others. */
  readonly showsAsides: boolean
  readonly otherAsides: ReadonlySet<number>
}

export const allFolded: Folds = {
  showsThinking: false,
  showsResults: false,
  showsFacts: false,
  openTurns: new Set(),
  showsAsides: false,
  otherAsides: new Set(),
}

export function isAsideOpen(aside: Aside, { showsAsides, otherAsides }: Folds): boolean {
  return showsAsides !== otherAsides.has(asideName(aside))
}

/** One of its turns that stays it while more of the file becomes known: of the end, whose turns are counted back, the last. */
export function asideName({ first, turns }: Aside): number {
  return first < 0 ? first + turns - 1 : first
}

/** As before, with all of a turn to be seen. */
export function withAllOf<T extends Folds>(folds: T, turn: number, aside: Aside | null): T {
  const openTurns = new Set([...folds.openTurns, turn])
  if (!aside || isAsideOpen(aside, folds)) return { ...folds, openTurns }
  return { ...folds, openTurns, otherAsides: toggled(folds.otherAsides, asideName(aside)) }
}

export function toggled(names: ReadonlySet<number>, name: number): ReadonlySet<number> {
  const changed = new Set(names)
  if (!changed.delete(name)) changed.add(name)
  return changed
}
