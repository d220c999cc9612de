import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeProcessLock } from '../../src/base/process-lock.ts'

const halfAnHour = 30 * 60_000

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'some.lock')
}

test('a lock keeps others out until it is given back', () => {
  const file = aFile()

  const release = takeProcessLock(file, halfAnHour)
  const meanwhile = takeProcessLock(file, halfAnHour)
  release?.()

  expect(meanwhile).toBeUndefined()
  expect(existsSync(file)).toBe(false)
})

test('a lock that was taken over is left to who has it', () => {
  const file = aFile()
  const release = takeProcessLock(file, halfAnHour)
  const longAgo = new Date(Date.now() - 3_600_000)
  utimesSync(file, longAgo, longAgo)
  const releaseOther = takeProcessLock(file, halfAnHour)
  const held = readFileSync(file, 'utf8')

  release?.()

  expect(readFileSync(file, 'utf8')).toBe(held)
  releaseOther?.()
  expect(existsSync(file)).toBe(false)
})

test.each(['', 'x', '0 nobody', '-1 all of us', '999999999 long gone'])(
  'a lock of nobody (%j) keeps nobody out',
  text => {
    const file = aFile()
    writeFileSync(file, text)

    const release = takeProcessLock(file, halfAnHour)

    expect(release).toBeDefined()
    release?.()
    expect(existsSync(file)).toBe(false)
  },
)
