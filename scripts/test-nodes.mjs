// Runs the suite on every Node we support. Each Node comes from the registry's `node` package into npx's cache.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24', '26']
const failed = []
for (const version of versions) {
  console.log(`\n== Node ${version}`)
  const command = 'node --version && node scripts/build.mjs && node node_modules/vitest/vitest.mjs run'
  const result = spawnSync('npx', ['-y', '-p', `node@${version}`, '-c', command], {
    cwd: root,
    stdio: 'inherit',
  })
  if (result.status !== 0) failed.push(version)
}
if (failed.length > 0) {
  console.error(`failed on Node ${failed.join(', ')}`)
  process.exitCode = 1
}
