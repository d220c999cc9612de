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
}

interface MachineFile {
  readonly machineId: string
  readonly label: string
  readonly personId: string
  /** `git config user.name` as last seen, so that a hook need not start git. */
  readonly gitName: string | null
}

const idShape = /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/

/**
 * Reads the identity of this machine, making it on the first call. `CLAUDE_LOGGER_MACHINE_ID` and `_LABEL` override
 * it (containers, CI); the person is `CLAUDE_LOGGER_USER`, else `git config user.name`, else `unknown@<label>`.
 * Throws a UserError where machine.json is broken: a new identity in its place would split this machine in two.
 */
export async function readIdentity(paths: Paths, env: Env): Promise<Identity> {
  const file = readMachineFile(paths) ?? (await createMachineFile(paths))
  return identityOf(file, env)
}

/** Sets the label and looks up git's name again. Everything else stays. */
export async function updateIdentity(paths: Paths, env: Env, change: { label?: string }): Promise<Identity> {
  const known = readMachineFile(paths) ?? (await createMachineFile(paths))
  const file: MachineFile = { ...known, gitName: await gitUserName(), label: change.label ?? known.label }
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
  const machineLabel = env.CLAUDE_LOGGER_MACHINE_LABEL?.trim() || file.label
  return {
    machineId: override || file.machineId,
    machineLabel,
    personId: file.personId,
    personName: env.CLAUDE_LOGGER_USER?.trim() || file.gitName || `unknown@${machineLabel}`,
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
  const { machineId, label, personId, gitName } = value ?? {}
  if (typeof machineId !== 'string' || !idShape.test(machineId)) throw broken
  if (typeof personId !== 'string' || !idShape.test(personId)) throw broken
  if (typeof label !== 'string' || label === '') throw broken
  return {
    machineId,
    label,
    personId,
    gitName: typeof gitName === 'string' && gitName !== '' ? gitName : null,
  }
}

async function createMachineFile(paths: Paths): Promise<MachineFile> {
  const file: MachineFile = {
    machineId: randomUUID(),
    label: os.hostname().replace(/\.(local|lan|home)$/, '') || 'this machine',
    personId: randomUUID(),
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
