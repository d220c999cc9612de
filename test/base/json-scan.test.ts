import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageFolder } from '../support/home.ts'

test('json-scan.wasm.ts is what wasm/json-scan.ts compiles to', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-wasm-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const fresh = path.join(folder, 'fresh.ts')

  execFileSync(process.execPath, [path.join(packageFolder, 'scripts/build-wasm.mjs'), fresh])

  const committed = readFileSync(path.join(packageFolder, 'src/base/json-scan.wasm.ts'), 'utf8')
  expect(readFileSync(fresh, 'utf8')).toBe(committed)
})
