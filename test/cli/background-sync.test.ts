import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startBackgroundSync } from '../../src/cli/background-sync.ts'
import { createContext } from '../../src/cli/context.ts'

vi.mock('node:child_process', () => ({
  spawn: vi.fn(() => ({ on: () => ({ unref: () => undefined }) })),
}))

beforeEach(() => {
  vi.mocked(spawn).mockClear()
})

function startWith(settings: string, isLocal = false): void {
  const home = mkdtempSync(path.join(tmpdir(), 'csl-settings-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const env = { CLAUDE_LOGGER_HOME: home }
  const url = new URL('file:///worker.mjs')
  writeFileSync(path.join(home, 'settings.json'), settings)
  startBackgroundSync(
    createContext(
      { env, packageFolder: home, workerUrl: url, searchWorkerUrl: url, mainFile: '/csl.mjs' },
      isLocal,
    ),
  )
}

const remotes = '{"remotes":[{"name":"hub","url":"/hub.duckdb","share":"all"}]}'

test('a sync of its own is started where there is a remote', () => {
  startWith(remotes)

  expect(spawn).toHaveBeenCalledWith(process.execPath, ['/csl.mjs', 'sync', '--auto'], expect.anything())
})

test.each(['{}', '{"remotes":[],"privacy":{"stripTitles":true}}', '{"remotes":', 'null', ''])(
  'no process is started for settings without remotes: %s',
  settings => {
    startWith(settings)

    expect(spawn).not.toHaveBeenCalled()
  },
)

test('no process is started with --local', () => {
  startWith(remotes, true)

  expect(spawn).not.toHaveBeenCalled()
})
