// Releases the version in package.json: `npm run release` checks that all is in order for it, `npm run release -- --publish` checks
// and publishes, with a statement of where and from what it was built. See docs/releasing.md.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Paths that a package may hold; everything else stays home. */
const packed = [
  /^dist\/(main|main-setup|read-worker|search-worker)\.mjs$/,
  /^dist\/chunks\/[\w.-]+\.mjs$/,
  /^dist\/THIRD_PARTY_LICENSES$/,
  /^plugin\/|^\.claude-plugin\//,
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|prices\.json|session_types\.example\.yaml|docs\/schema\.md)$/,
]

/** What stands in the way of a release, a line each. Pure. */
export function problemsOf({ manifest, lock, plugin, changelog, branch, status, tags, files }) {
  const { version } = manifest
  const problems = []
  const need = (holds, problem) => holds || problems.push(problem)
  need(/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version), `package.json: '${version}' is no version`)
  need(lock.version === version, `package-lock.json: the version is ${lock.version}: npm install`)
  need(plugin.version === version, `plugin/.claude-plugin/plugin.json: the version is ${plugin.version}`)
  need(manifest.repository?.url, 'package.json: no repository: where it was built could not be proven')
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')}( – \\d{4}-\\d\\d-\\d\\d)?$`, 'm')
  need(heading.test(changelog), `CHANGELOG.md: there is no heading "## ${version}"`)
  const [, unreleased = ''] = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? []
  need(unreleased.trim() === '', 'CHANGELOG.md: something stands below "Unreleased"')
  need(branch === 'main', `the branch is ${branch || 'none'}, not main`)
  need(status === '', `not everything is committed:\n${status}`)
  need(tags.includes(`v${version}`), `this commit has no tag v${version}: git tag -a v${version}`)
  const odd = files.filter(file => !packed.some(pattern => pattern.test(file)))
  need(odd.length === 0, `the package would hold ${odd.join(', ')}`)
  need(files.includes('dist/main.mjs'), 'the package would hold no program')
  return problems
}

function run(program, ...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

function main(words) {
  const isPublishing = words.includes('--publish')
  // What is released is what stands in the tag, and nothing that was built before.
  run('npm', 'run', 'build')
  const [pack] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'))
  const problems = problemsOf({
    manifest: JSON.parse(readFileSync('package.json', 'utf8')),
    lock: JSON.parse(readFileSync('package-lock.json', 'utf8')),
    plugin: JSON.parse(readFileSync('plugin/.claude-plugin/plugin.json', 'utf8')),
    changelog: readFileSync('CHANGELOG.md', 'utf8'),
    branch: run('git', 'branch', '--show-current'),
    status: run('git', 'status', '--porcelain'),
    tags: run('git', 'tag', '--points-at', 'HEAD').split('\n'),
    files: pack.files.map(({ path }) => path),
  })
  console.log(`${pack.filename}: ${pack.files.length} files, ${(pack.size / 1000).toFixed(0)} kB packed`)
  for (const problem of problems) console.error(`- ${problem}`)
  if (problems.length > 0) {
    process.exitCode = 1
    return
  }
  console.log(
    isPublishing
      ? 'all is in order: publishing'
      : 'all is in order; to publish: npm run release -- --publish',
  )
  if (isPublishing)
    execFileSync('npm', ['publish', '--provenance', '--access', 'public', '--ignore-scripts'], {
      stdio: 'inherit',
    })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2))
