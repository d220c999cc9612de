import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { watchFolder } from '../../src/tui/watch-folder.ts'

test('who writes without a pause is noticed while it goes on, and after the last write', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-watch-'))
  let told = 0
  const stop = watchFolder(
    folder,
    name => name === 'ours',
    () => told++,
  )
  onTestFinished(() => {
    stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (let n = 0; n < 40; n++) {
    writeFileSync(path.join(folder, 'ours'), String(n))
    await sleep(25)
  }
  const meanwhile = told

  expect(meanwhile).toBeGreaterThan(0)
  await expect.poll(() => told).toBeGreaterThan(meanwhile)
})
