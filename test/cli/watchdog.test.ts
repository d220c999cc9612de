import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bundle } from '../support/bundle.ts'

test('a remote that swallows everything is noted in state and log, and the lock given back, before the process ends', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'csl-silent-'))
  const program = await bundle(path.join(import.meta.dirname, '../support/silent-sync.ts'))
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true })
    rmSync(program, { force: true })
  })

  const child = fork(program, [home], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr?.on('data', chunk => {
    said += String(chunk)
  })
  const [code] = await once(child, 'close')

  expect({ code, said }).toEqual({ code: 1, said: 'csl: the remote did not answer for 0.1 s\n' })
  const state = JSON.parse(readFileSync(path.join(home, 'sync-state.json'), 'utf8'))
  expect(state.hub).toMatchObject({ failures: 1, lastError: 'the remote did not answer for 0.1 s' })
  expect(Date.parse(state.hub.nextRetryAt)).toBeGreaterThan(Date.parse(state.hub.lastErrorAt))
  expect(readFileSync(path.join(home, 'sync.log'), 'utf8')).toContain('hub: the remote did not answer')
  expect(existsSync(path.join(home, 'sync.lock'))).toBe(false)
})
