import { hashOf, noteAddition, readBackup, readRecord } from './record.ts'
import type { Part, Step } from './step.ts'
import { missingFolders, removeEmptyFolders } from './text-file.ts'
import type { TextPlace } from './text-place.ts'

/** Something of ours in a text of somebody else's. */
export interface Graft {
  readonly part: Part
  readonly place: TextPlace
  /** The text with what is ours in it, as it is today; undefined: there was none. Throws a UserError to refuse. Pure. */
  add(text: string | undefined): string
  /**
   * The text without anything of ours, of any version; undefined: nothing is left that is somebody else's. Where nothing of
   * ours is in it, the very text. `before` is what stood there before we came, where it is known: to put back what `add`
   * took out (another tool's lines). Pure.
   */
  remove(text: string, before?: string): string | undefined
}

/** What the person is told of a step. */
export type StepText = Pick<Step, 'title' | 'details'>

/**
 * What is to be done so that the text holds what is ours; undefined where it does. `recordFile` is written before the text is:
 * killed in between, the text is whole and what it was, and either command can be run again.
 */
export async function planAddition(
  recordFile: string,
  graft: Graft,
  text: StepText,
): Promise<Step | undefined> {
  const { part, place } = graft
  const now = await place.read()
  const wanted = graft.add(now)
  const known = readRecord(recordFile).additions[place.key]
  if (wanted === now && known) return undefined
  if (wanted !== now) place.check?.()
  return {
    part,
    ...text,
    async run() {
      const isAsLeft = now !== undefined && known?.after === hashOf(now)
      const backup = known && readBackup(recordFile, known)
      // What stood there before we came: known to the byte while nobody else wrote, else what is left without us.
      const before =
        now === undefined || (isAsLeft && known.before === null)
          ? undefined
          : isAsLeft && backup !== undefined
            ? backup
            : known?.before === hashOf(now)
              ? now
              : graft.remove(now, backup)
      const folders = known?.folders ?? (place.key.startsWith('file:') ? missingFolders(place.name) : [])
      const addition = {
        part,
        before: before === undefined ? null : hashOf(before),
        after: hashOf(wanted),
        folders,
      }
      await noteAddition(recordFile, place.key, addition, before)
      place.tidy?.()
      if (wanted !== now) await place.write(wanted, now)
    },
  }
}

/**
 * What is to be done so that nothing of ours is left in the text; undefined where nothing is. To the byte what it was before
 * where nobody else wrote since; else what they wrote stays, and only ours goes.
 */
export async function planRemoval(
  recordFile: string,
  graft: Omit<Graft, 'add'>,
  text: StepText,
): Promise<Step | undefined> {
  const { part, place } = graft
  const known = readRecord(recordFile).additions[place.key]
  const now = await place.read()
  const backup = known && readBackup(recordFile, known)
  // Killed before it was added, or after it was taken out.
  const isAsBefore = now !== undefined && known?.before === hashOf(now)
  const cleaned = now === undefined || isAsBefore ? now : graft.remove(now, backup)
  if (!known && cleaned === now) return undefined
  if (!isAsBefore) place.check?.()
  return {
    part,
    ...text,
    async run() {
      const isAsLeft = known !== undefined && now !== undefined && known.after === hashOf(now)
      const isToTheByte = isAsLeft && (known.before === null || backup !== undefined)
      const wanted = isToTheByte ? backup : cleaned
      place.tidy?.()
      if (wanted !== now) await place.write(wanted, now)
      if (!known) return
      removeEmptyFolders(known.folders)
      await noteAddition(recordFile, place.key, undefined)
    },
  }
}
