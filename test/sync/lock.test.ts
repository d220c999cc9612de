import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeSyncLock } from '../../src/sync/lock.ts'

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'sync.lock')
}

test('a lock keeps others out until it is given back', () => {
  const file = aFile()

  const release = takeSyncLock(file)
  const meanwhile = takeSyncLock(file)
  release?.()

  expect(meanwhile).toBeUndefined()
  expect(existsSync(file)).toBe(false)
})

test('a lock that was taken over is left to who has it', () => {
  const file = aFile()
  const release = takeSyncLock(file)
  const longAgo = new Date(Date.now() - 3_600_000)
  utimesSync(file, longAgo, longAgo)
  const releaseOther = takeSyncLock(file)
  const held = readFileSync(file, 'utf8')

  release?.()

  expect(readFileSync(file, 'utf8')).toBe(held)
  releaseOther?.()
  expect(existsSync(file)).toBe(false)
})
