import { readFileSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import { readRecord } from '../record.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { textFile } from '../text-file.ts'
import { addImport, type Import, importLine, isImported, removeImport } from './imports.ts'

/** Claude Code leaves comments out of what it reads: this costs no tokens. */
const mark = '<!-- Written by csl setup (claude-session-logger); changes are overwritten. -->'

/** The skill of the package is the one source of what agents are told. */
function docText({ packageFolder }: SetupPlace): string {
  const file = path.join(packageFolder, 'plugin/skills/logbook/SKILL.md')
  const [, body] = /^---\n[\s\S]*?\n---\n+([\s\S]+)$/.exec(readFileSync(file, 'utf8')) ?? []
  if (body === undefined) throw new UserError(`${file} is broken`, 'install the package again')
  return `${mark}\n\n${body}`
}

function partsOf(place: SetupPlace) {
  const doc = textFile(path.join(place.claudeRoot, 'claude-session-logger.md'))
  const instructions = textFile(path.join(place.claudeRoot, 'CLAUDE.md'))
  const wanted: Import = { folder: place.claudeRoot, userHome: place.userHome, imported: doc.name }
  const docGraft: Graft = {
    part: 'usage doc',
    place: doc,
    add: () => docText(place),
    remove: text => (text.startsWith(mark) ? undefined : text),
  }
  const importGraft: Graft = {
    part: 'usage doc',
    place: instructions,
    add: (text = '') => (isImported(text, wanted) ? text : addImport(text, wanted)),
    remove(text) {
      const rest = removeImport(text, wanted)
      return rest === '' && text !== '' ? undefined : rest
    },
  }
  return { doc, instructions, wanted, docGraft, importGraft }
}

/**
 * Plans the file that tells agents how to use `csl`, and the line of CLAUDE.md that imports it. What stood in that file before
 * comes back with the removal. An import that a person wrote is theirs; one of ours that they made a comment of stays one.
 */
export async function planUsageDoc(place: SetupPlace): Promise<Step[]> {
  const { doc, instructions, wanted, docGraft, importGraft } = partsOf(place)
  const { setupRecord } = place.paths
  const [before, text = ''] = [await doc.read(), await instructions.read()]
  const isForeign = before !== undefined && !before.startsWith(mark)
  const isRecorded = readRecord(setupRecord).additions[instructions.key] !== undefined
  const isSilenced = isRecorded && !isImported(text, wanted) && text.includes(importLine(wanted))
  const isTheirs = !isRecorded && isImported(text, wanted)
  const details = isForeign ? ['replaces what stands there; csl setup --uninstall brings it back'] : []
  const steps = [
    await planAddition(setupRecord, docGraft, { title: `how agents use csl, in ${doc.name}`, details }),
    isSilenced || isTheirs
      ? undefined
      : await planAddition(setupRecord, importGraft, { title: `its import in ${instructions.name}` }),
  ]
  return steps.filter(step => step !== undefined)
}

/** Plans to take both out again. */
export async function planUsageDocRemoval(place: SetupPlace): Promise<Step[]> {
  const { doc, instructions, docGraft, importGraft } = partsOf(place)
  const { additions } = readRecord(place.paths.setupRecord)
  const docStep = await planRemoval(place.paths.setupRecord, docGraft, { title: doc.name })
  // One that was there before us is not recorded, while the file is.
  const isOurs = additions[instructions.key] !== undefined || (docStep !== undefined && !additions[doc.key])
  const importStep = isOurs
    ? await planRemoval(place.paths.setupRecord, importGraft, {
        title: `its import in ${instructions.name}`,
      })
    : undefined
  return [importStep, docStep].filter(step => step !== undefined)
}
