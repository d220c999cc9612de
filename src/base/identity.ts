import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { UserError } from './errors.ts'
import { createFileAtomic, readTextIfThere, writeFileAtomic } from './files.ts'
import type { Env, Paths } from './paths.ts'
import { makePrivate } from './private.ts'

/** Who wrote a row, and where. */
export interface Identity {
  readonly machineId: string
  readonly machineLabel: string
  /** Minted once; what "mine" and "others" go by. */
  readonly personId: string
  /** For display only: two people may share a name. */
  readonly personName: string
  /** The label as others may see it: what a person chose, never the name of the host. */
  readonly publicLabel: string
  /** The person's name as others may see it. */
  readonly publicPersonName: string
  /** Ids this person had before joining a remote of their own under another one. */
  readonly formerPersonIds: readonly string[]
}

interface MachineFile {
  readonly machineId: string
  readonly label: string
  /** A person gave the label; else it is the name of the host. */
  readonly labelChosen: boolean
  readonly personId: string
  readonly formerPersonIds: readonly string[]
  /** `git config user.name` as last seen, so that a hook need not start git. */
  readonly gitName: string | null
}

/** Ids of machines, persons and writers: nothing that means something to SQL, a terminal or a path. */
export const idShape = /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/

/**
 * Reads the identity of this machine, making it on the first call. `CLAUDE_LOGGER_MACHINE_ID` and `_LABEL` override
 * it (containers, CI); the person is `CLAUDE_LOGGER_USER`, else `git config user.name`, else `unknown@<label>`.
 * Throws a UserError where machine.json is broken: a new identity in its place would split this machine in two.
 */
export async function readIdentity(paths: Paths, env: Env): Promise<Identity> {
  const file = readMachineFile(paths) ?? (await createMachineFile(paths))
  return identityOf(file, env)
}

/**
 * Sets what is given and looks up git's name again. Everything else stays. A new person id is one that this person has
 * on other machines: the one before is kept, as what was said under it is still theirs.
 */
export async function updateIdentity(
  paths: Paths,
  env: Env,
  change: { label?: string; personId?: string },
): Promise<Identity> {
  const known = readMachineFile(paths) ?? (await createMachineFile(paths))
  const { label = known.label, personId = known.personId } = change
  const ids = new Set([...known.formerPersonIds, known.personId])
  ids.delete(personId)
  const file: MachineFile = {
    ...known,
    label,
    labelChosen: known.labelChosen || change.label !== undefined,
    personId,
    formerPersonIds: [...ids],
    gitName: await gitUserName(),
  }
  if (JSON.stringify(file) !== JSON.stringify(known)) await writeFileAtomic(paths.machineFile, textOf(file))
  else makePrivate(paths.machineFile)
  return identityOf(file, env)
}

function identityOf(file: MachineFile, env: Env): Identity {
  const override = env.CLAUDE_LOGGER_MACHINE_ID?.trim()
  if (override && !idShape.test(override)) {
    throw new UserError(
      'CLAUDE_LOGGER_MACHINE_ID is not usable as an id',
      'use letters, digits, dots, dashes and underscores, at most 100',
    )
  }
  const machineId = override || file.machineId
  const chosenLabel = env.CLAUDE_LOGGER_MACHINE_LABEL?.trim() || (file.labelChosen ? file.label : undefined)
  const machineLabel = chosenLabel ?? file.label
  const publicLabel = chosenLabel ?? `machine-${machineId.slice(0, 6)}`
  const name = env.CLAUDE_LOGGER_USER?.trim() || file.gitName
  return {
    machineId,
    machineLabel,
    publicLabel,
    personId: file.personId,
    formerPersonIds: file.formerPersonIds,
    personName: name || `unknown@${machineLabel}`,
    publicPersonName: name || `unknown@${publicLabel}`,
  }
}

function readMachineFile(paths: Paths): MachineFile | undefined {
  const text = readTextIfThere(paths.machineFile)
  if (text === undefined) return undefined
  const broken = new UserError(
    `${paths.machineFile} is broken`,
    'restore it, or remove it to make a new identity for this machine',
  )
  let value: Partial<Record<keyof MachineFile, unknown>>
  try {
    value = JSON.parse(text)
  } catch {
    throw broken
  }
  const { machineId, label, labelChosen, personId, formerPersonIds, gitName } = value ?? {}
  if (typeof machineId !== 'string' || !idShape.test(machineId)) throw broken
  if (typeof personId !== 'string' || !idShape.test(personId)) throw broken
  if (typeof label !== 'string' || label === '') throw broken
  return {
    machineId,
    label,
    labelChosen: labelChosen === true,
    personId,
    formerPersonIds: Array.isArray(formerPersonIds)
      ? formerPersonIds.filter(id => typeof id === 'string')
      : [],
    gitName: typeof gitName === 'string' && gitName !== '' ? gitName : null,
  }
}

async function createMachineFile(paths: Paths): Promise<MachineFile> {
  const file: MachineFile = {
    machineId: randomUUID(),
    label: os.hostname().replace(/\.(local|lan|home)$/, '') || 'this machine',
    labelChosen: false,
    personId: randomUUID(),
    formerPersonIds: [],
    gitName: await gitUserName(),
  }
  try {
    // Two first runs at once: one of them makes the file, both use it.
    if (await createFileAtomic(paths.machineFile, textOf(file))) return file
  } catch (error) {
    throw new UserError(
      `cannot write to the data folder ${paths.home}: ${error instanceof Error ? error.message : error}`,
      'check its permissions, or set CLAUDE_LOGGER_HOME to another folder',
    )
  }
  return readMachineFile(paths) ?? file
}

function textOf(file: MachineFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

async function gitUserName(): Promise<string | null> {
  // Hooks read the name that is kept, and start faster without these.
  const [{ execFile }, { promisify }] = await Promise.all([import('node:child_process'), import('node:util')])
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.name'], {
      // Not a repository's own name: the person is the same in all of them.
      cwd: os.homedir(),
      timeout: 2000,
    })
    return stdout.trim() || null
  } catch {
    // No git, or no name set: the person is called unknown@<label>.
    return null
  }
}
