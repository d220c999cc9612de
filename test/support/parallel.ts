/** Does the work for each item, `width` at a time. Answers the results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    for (;;) {
      const index = next++
      const item = items[index]
      if (index >= items.length || item === undefined) return
      results[index] = await work(item, index)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}
