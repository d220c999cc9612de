import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { errorCode } from '../base/errors.ts'
import { makePrivateFolder } from '../base/private.ts'

/** A hook's payload, safe on disk until its rows are committed. */
export interface Job {
  readonly file: string
  /** How often it has failed. */
  readonly attempts: number
  readonly payload: string
}

const largestPayload = 1 << 20
/** A half-written job this old lost its writer: if it is whole after all, it counts. */
const orphanMs = 10_000
const forgottenMs = 24 * 60 * 60 * 1000
const mostAttempts = 3

/**
 * Makes a payload safe from the death of this process: written whole, then renamed. Needs no database. No fsync, and no
 * waiting for another thread: what a power cut takes with it is still in the transcript.
 */
export function enqueue(spool: string, payload: string): void {
  const name = `${Date.now()}-${process.pid}-${randomBytes(6).toString('hex')}.json`
  const temporary = path.join(spool, `.${name}`)
  makePrivateFolder(spool)
  writeFileSync(temporary, payload.slice(0, largestPayload), { mode: 0o600, flag: 'wx' })
  renameSync(temporary, path.join(spool, name))
}

/** Whether any job waits. Cheap: one look at the folder. */
export function hasJobs(spool: string): boolean {
  return jobNames(spool).length > 0
}

/** The jobs that wait, whole ones and orphans of killed hooks. */
export function listJobs(spool: string): Job[] {
  const jobs: Job[] = []
  for (const name of jobNames(spool)) {
    const file = path.join(spool, name)
    const payload = readIfThere(file)
    if (payload === undefined) continue
    jobs.push({ file, payload, attempts: Number(/\.(\d)\.json$/.exec(name)?.[1] ?? 0) })
  }
  return jobs
}

function jobNames(spool: string): string[] {
  return namesIn(spool)
    .filter(name => (name.startsWith('.') ? isOrphan(path.join(spool, name)) : name.endsWith('.json')))
    .sort()
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function isOrphan(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true && Date.now() - found.mtimeMs > orphanMs
}

/** A file that is gone, as another process was faster, or that is not ours to read, is passed over. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

/** Removes a job whose rows are committed. */
export function finishJob(job: Job): void {
  rmSync(job.file, { force: true })
}

/**
 * Notes that a job failed; after the third time, or at once if `isHopeless`, it goes to `spool/failed/` with its error
 * beside it: kept for a person to look at, out of everybody's way. Answers false where a half-written job is left to wait.
 */
export function failJob(spool: string, job: Job, why: string, isHopeless = false): boolean {
  const attempts = job.attempts + 1
  if (isOrphanName(job) && isHopeless && isYoung(job.file)) return false
  if (!isHopeless && attempts < mostAttempts) {
    renameSync(job.file, `${stemOf(job.file)}.${attempts}.json`)
    return true
  }
  const failed = path.join(spool, 'failed')
  makePrivateFolder(failed)
  const target = path.join(failed, path.basename(stemOf(job.file)).replace(/^\./, ''))
  writeFileSync(`${target}.error.txt`, `${why}\n`, { mode: 0o600 })
  renameSync(job.file, `${target}.json`)
  return true
}

/** A half-written orphan is given a day: its writer may be asleep, not dead. */
function isYoung(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs < forgottenMs
}

function isOrphanName(job: Job): boolean {
  return path.basename(job.file).startsWith('.')
}

function stemOf(file: string): string {
  return file.replace(/(\.\d)?\.json$/, '')
}

/** A job that was given up. */
export interface FailedJob {
  readonly name: string
  readonly why: string
}

/** The jobs that were given up, with the reasons. */
export function failedJobs(spool: string): FailedJob[] {
  const failed = path.join(spool, 'failed')
  return namesIn(failed)
    .filter(name => name.endsWith('.json'))
    .map(name => {
      const why = readIfThere(path.join(failed, name.replace(/\.json$/, '.error.txt')))
      return { name, why: why?.trim() || 'unknown' }
    })
}

/** Puts the jobs that were given up back among those that wait. Answers how many. */
export function retryFailedJobs(spool: string): number {
  const failed = path.join(spool, 'failed')
  const jobs = failedJobs(spool)
  for (const { name } of jobs) {
    renameSync(path.join(failed, name), path.join(spool, name))
    rmSync(path.join(failed, name.replace(/\.json$/, '.error.txt')), { force: true })
  }
  return jobs.length
}

/** How long the job that waits longest has waited, in milliseconds; null: none waits. */
export function longestWait(spool: string, nowMs: number): number | null {
  const times = jobNames(spool).flatMap(
    name => statSync(path.join(spool, name), { throwIfNoEntry: false })?.mtimeMs ?? [],
  )
  return times.length === 0 ? null : Math.max(0, nowMs - Math.min(...times))
}

const lockName = 'drain.lock'
const lockStaleMs = 5000

/**
 * Takes the right to work the spool off. Only a hint, ignored after five seconds: DuckDB's own lock is the truth. The
 * shim may have taken it for us already, in our name. Answers whether it is ours.
 */
export function takeDrainLock(spool: string): boolean {
  const lock = path.join(spool, lockName)
  makePrivateFolder(spool)
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, `${process.pid}\n`, { mode: 0o600, flag: 'wx' })
      return true
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    const holder = Number(readIfThere(lock) ?? Number.NaN)
    // The shim takes it in its own name first, then in the name of the Node it starts.
    if (holder === process.pid || holder === process.ppid) return true
    const found = statSync(lock, { throwIfNoEntry: false })
    if (found && Date.now() - found.mtimeMs < lockStaleMs && isAlive(holder)) return false
    rmSync(lock, { force: true })
  }
  return false
}

/** A lock that is just being written has no number in it yet: its holder is alive. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** Gives the right back, if it is still ours. */
export function releaseDrainLock(spool: string): void {
  const lock = path.join(spool, lockName)
  const holder = Number(readIfThere(lock) ?? Number.NaN)
  if (holder === process.pid || holder === process.ppid) rmSync(lock, { force: true })
}
