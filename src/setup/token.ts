import { planAddition, planRemoval } from './add-text.ts'
import { hashOf, readRecord } from './record.ts'
import type { SetupPlace } from './setup-place.ts'
import type { Step } from './step.ts'
import { textFile } from './text-file.ts'

const part = 'token'

/**
 * Plans to store a token where it is looked for, readable by nobody else. Of the token only the hash is recorded, so that it is
 * known later whether it is still the one that setup stored. `file` must not be there.
 */
export async function planToken(
  { paths }: SetupPlace,
  file: string,
  token: string,
): Promise<readonly Step[]> {
  const graft = { part, place: textFile(file), add: () => `${token}\n`, remove: unchanged } as const
  const step = await planAddition(paths.setupRecord, graft, { title: file })
  return step ? [step] : []
}

/** Plans to take away the token that setup stored; one that was put in its place stays. */
export async function planTokenRemoval({ paths }: SetupPlace): Promise<readonly Step[]> {
  const additions = Object.entries(readRecord(paths.setupRecord).additions)
  const steps: Step[] = []
  for (const [key, addition] of additions.filter(([, { part: name }]) => name === part)) {
    const place = textFile(key.replace(/^file:/, ''))
    const text = await place.read()
    const isOurs = text !== undefined && hashOf(text) === addition.after
    const title = isOurs ? place.name : `${place.name}: not the one that setup stored any more; it stays`
    const step = await planRemoval(paths.setupRecord, { part, place, remove: unchanged }, { title })
    if (step) steps.push(step)
  }
  return steps
}

/** A token is ours as a whole or not at all. */
function unchanged(text: string): string {
  return text
}
