import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageFolder } from '../support/home.ts'

const script = path.join(packageFolder, 'scripts/release.mjs')
const files = [
  'package.json',
  'README.md',
  'dist/main.mjs',
  'dist/chunks/a-b_C.mjs',
  'plugin/hooks/hooks.json',
]

/** A repository with everything in order for a release of 1.2.3, and an npm that only writes down what it is asked. */
function aRepository(packed: readonly string[] = files) {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-release-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
  write(
    'package.json',
    JSON.stringify({ version: '1.2.3', repository: { url: 'git+https://example.com/csl.git' } }),
  )
  mkdirSync(path.join(folder, 'plugin/.claude-plugin'), { recursive: true })
  write('plugin/.claude-plugin/plugin.json', JSON.stringify({ version: '1.2.3' }))
  write('package-lock.json', JSON.stringify({ version: '1.2.3' }))
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n## 1.2.3 – 2026-11-20\n\n- More.\n')
  write('.gitignore', 'bin\n')
  const pack = JSON.stringify([
    { filename: 'csl.tgz', size: 1000, files: packed.map(name => ({ path: name })) },
  ])
  mkdirSync(path.join(folder, 'bin'))
  write(
    'bin/npm',
    `#!/bin/sh\necho "$*" >> '${folder}/bin/asked'\n[ "$1" = pack ] && cat <<'END'\n${pack}\nEND\nexit 0\n`,
  )
  chmodSync(path.join(folder, 'bin/npm'), 0o755)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'Release')
  git('tag', '-a', 'v1.2.3', '-m', '1.2.3')
  return {
    write,
    git,
    release(...words: string[]) {
      const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` }
      return spawnSync(process.execPath, [script, ...words], { cwd: folder, env, encoding: 'utf8' })
    },
    asked: () => readFileSync(path.join(folder, 'bin/asked'), 'utf8').trim().split('\n'),
  }
}

test('with all in order it says so, and publishes only when it is told to, with provenance', () => {
  const repository = aRepository()

  const checked = repository.release()
  expect(checked).toMatchObject({ status: 0, stderr: '' })
  expect(checked.stdout).toContain('all is in order')
  expect(repository.asked().some(line => line.startsWith('publish'))).toBe(false)

  expect(repository.release('--publish').status).toBe(0)
  expect(repository.asked().at(-1)).toBe('publish --provenance --access public --ignore-scripts')
})

test.each<[string, (repository: ReturnType<typeof aRepository>) => void, RegExp]>([
  [
    'a file that is not committed',
    ({ write }) => write('new.txt', ''),
    /not everything is committed:\n\?\? new\.txt/,
  ],
  ['another branch', ({ git }) => git('switch', '-qc', 'side'), /the branch is side/],
  ['no tag', ({ git }) => git('tag', '-d', 'v1.2.3'), /no tag v1\.2\.3/],
  [
    'a tag on an older commit',
    ({ git }) => git('commit', '-q', '--allow-empty', '-m', 'Later'),
    /this commit has no tag v1\.2\.3/,
  ],
  [
    'another version in the lock file',
    ({ write }) => write('package-lock.json', '{"version": "1.2.2"}'),
    /is 1\.2\.2/,
  ],
  [
    'no heading in the changelog',
    ({ write }) => write('CHANGELOG.md', '# Changelog\n\n## 1.2.30\n'),
    /"## 1\.2\.3"/,
  ],
  [
    'something unreleased',
    ({ write }) => write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.3\n'),
    /below "Unreleased"/,
  ],
  ['no repository', ({ write }) => write('package.json', '{"version": "1.2.3"}'), /no repository/],
])('%s stands in the way', (_, spoil, words) => {
  const repository = aRepository()
  spoil(repository)

  const run = repository.release('--publish')

  expect(run.status).toBe(1)
  expect(run.stderr).toMatch(words)
  expect(repository.asked().some(line => line.startsWith('publish'))).toBe(false)
})

test('what does not belong into a package stands in the way, and so does a package without a program', () => {
  expect(aRepository([...files, 'src/main.ts', 'dist/chunks.json']).release().stderr).toContain(
    'the package would hold src/main.ts, dist/chunks.json',
  )
  expect(aRepository(['package.json']).release().stderr).toContain('no program')
})

test('the package as it would be now holds nothing else', () => {
  const list = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const packed = JSON.parse(list)[0].files.map((file: { path: string }) => file.path)

  expect(aRepository(packed).release()).toMatchObject({ status: 0, stderr: '' })
})
