import { type FSWatcher, watch } from 'node:fs'

/** A burst of writes is one change. */
const settleMs = 150

/** Tells when something in a folder was written, without asking again and again. Answers how to stop. */
export function watchFolder(
  folder: string,
  isOurs: (name: string) => boolean,
  onChange: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name !== null && !isOurs(name)) return
      // Who writes without a pause would put it off for ever, if each write did.
      timer ??= setTimeout(() => {
        timer = undefined
        onChange()
      }, settleMs)
    })
    // A folder that is taken away is no reason to leave: the next question says what is wrong.
    watcher.on('error', () => watcher?.close())
  } catch {
    // Where folders can't be watched, screens show what they find when they open.
  }
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}
