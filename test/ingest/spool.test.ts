import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  enqueue,
  failJob,
  finishJob,
  hasJobs,
  type Job,
  listJobs,
  releaseDrainLock,
  takeDrainLock,
} from '../../src/ingest/spool.ts'

function aSpool(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-spool-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'spool')
}

function theJob(spool: string): Job {
  const [job] = listJobs(spool)
  if (!job) throw new Error('there is no job')
  return job
}

/** Makes a file look as if it had been there for some seconds. */
function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds
  utimesSync(file, time, time)
}

describe('a job', () => {
  test('waits from when it is written until it is finished', async () => {
    const spool = aSpool()
    const before = hasJobs(spool)
    await enqueue(spool, 'payload')

    const job = theJob(spool)
    await finishJob(job)

    expect(before).toBe(false)
    expect(job).toMatchObject({ payload: 'payload', attempts: 0 })
    expect([hasJobs(spool), listJobs(spool)]).toEqual([false, []])
  })

  test('is for the person alone', async () => {
    const spool = aSpool()
    await enqueue(spool, 'payload')

    const modes = [spool, theJob(spool).file].map(file => (statSync(file).mode & 0o777).toString(8))

    expect(modes).toEqual(['700', '600'])
  })

  test('is worked off in the order in which it came', async () => {
    const spool = aSpool()
    for (const name of ['3-b', '1-c', '2-a']) {
      mkdirSync(spool, { recursive: true })
      writeFileSync(path.join(spool, `${name}.json`), name)
    }

    expect(listJobs(spool).map(job => job.payload)).toEqual(['1-c', '2-a', '3-b'])
  })

  test('that fails is tried again, and the third time put aside with its error', async () => {
    const spool = aSpool()
    await enqueue(spool, 'payload')

    await failJob(spool, theJob(spool), 'first')
    await failJob(spool, theJob(spool), 'second')
    const third = theJob(spool)
    await failJob(spool, third, 'third')

    expect(third.attempts).toBe(2)
    expect(hasJobs(spool)).toBe(false)
    const failed = path.join(spool, 'failed')
    const kept = readdirSync(failed).map(name => readFileSync(path.join(failed, name), 'utf8'))
    expect(kept.sort()).toEqual(['payload', 'third\n'])
  })

  test('that is hopeless is put aside at once', async () => {
    const spool = aSpool()
    await enqueue(spool, 'payload')

    await failJob(spool, theJob(spool), 'no JSON', true)

    expect(hasJobs(spool)).toBe(false)
    expect(readdirSync(path.join(spool, 'failed'))).toHaveLength(2)
  })

  test('whose writer was killed counts once nobody can be writing it any more', async () => {
    const spool = aSpool()
    mkdirSync(spool, { recursive: true })
    const orphan = path.join(spool, '.job.abc')
    writeFileSync(orphan, '{"session_id":"x"}')
    const young = hasJobs(spool)
    age(orphan, 60)

    expect([young, hasJobs(spool)]).toEqual([false, true])
    expect(theJob(spool).payload).toBe('{"session_id":"x"}')
  })

  test('that was half written waits a day before it is given up: its writer may be asleep', async () => {
    const spool = aSpool()
    mkdirSync(spool, { recursive: true })
    const orphan = path.join(spool, '.job.abc')
    writeFileSync(orphan, '{"session_i')
    age(orphan, 60)
    await failJob(spool, theJob(spool), 'no JSON', true)
    const kept = existsSync(orphan)
    age(orphan, 25 * 60 * 60)

    await failJob(spool, theJob(spool), 'no JSON', true)

    expect([kept, existsSync(orphan)]).toEqual([true, false])
  })
})

describe('the right to work the spool off', () => {
  const lockOf = (spool: string) => path.join(spool, 'drain.lock')

  async function heldBy(spool: string, pid: number | string): Promise<string> {
    mkdirSync(spool, { recursive: true })
    writeFileSync(lockOf(spool), `${pid}\n`)
    return lockOf(spool)
  }

  /** The number of a process that has just ended. */
  function deadPid(): number {
    return Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }))
  }

  test('is one process’s until it gives it back', async () => {
    const spool = aSpool()

    const taken = await takeDrainLock(spool)
    await releaseDrainLock(spool)

    expect(taken).toBe(true)
    expect(existsSync(lockOf(spool))).toBe(false)
  })

  test('is not taken from a process that is alive', async () => {
    const spool = aSpool()
    // Alive as long as this system is.
    const lock = await heldBy(spool, 1)

    const taken = await takeDrainLock(spool)
    await releaseDrainLock(spool)

    expect(taken).toBe(false)
    expect(readFileSync(lock, 'utf8')).toBe('1\n')
  })

  test('is taken from a process that has died', async () => {
    const spool = aSpool()
    await heldBy(spool, deadPid())

    expect(await takeDrainLock(spool)).toBe(true)
  })

  test('is taken from who has held it for longer than a hook can live: the number may be another’s by now', async () => {
    const spool = aSpool()
    age(await heldBy(spool, 1), 60)

    expect(await takeDrainLock(spool)).toBe(true)
  })

  test('is there for who finds it taken in its own name, or in that of the script that started it', async () => {
    const spool = aSpool()

    for (const pid of [process.pid, process.ppid]) {
      await heldBy(spool, pid)
      expect(await takeDrainLock(spool)).toBe(true)
    }
  })

  test('is not taken while its holder is writing its number', async () => {
    const spool = aSpool()
    await heldBy(spool, '')

    expect(await takeDrainLock(spool)).toBe(false)
  })
})
