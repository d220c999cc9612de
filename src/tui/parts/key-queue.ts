/** A key by its name, or a text that was pasted. */
export type Stroke =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string }

/** Keeps what is typed until there is somebody to take it, in its order. */
export interface KeyQueue {
  push(stroke: Stroke): void
  /**
   * From now on every stroke goes to `take`, beginning with those that wait. One that it does not take (false), and all
   * behind it, wait for whoever listens next. Answers how to stop.
   */
  listen(take: (stroke: Stroke) => boolean): () => void
  /** Nobody listens any more: what is typed waits. */
  hold(): void
}

export function createKeyQueue(): KeyQueue {
  const waiting: Stroke[] = []
  let listener: ((stroke: Stroke) => boolean) | undefined
  const handOut = () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (listener?.(next)) continue
      waiting.unshift(next)
      return
    }
  }
  return {
    push(stroke) {
      waiting.push(stroke)
      handOut()
    },
    listen(take) {
      listener = take
      handOut()
      return () => {
        if (listener === take) listener = undefined
      }
    },
    hold() {
      listener = undefined
    },
  }
}
