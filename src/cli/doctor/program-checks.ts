import { duckdbVersion, version } from '../../base/version.ts'
import type { Examination } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'

const oldestNode = [20, 19] as const

export function programChecks({ run, database }: Examination): Check[] {
  return [
    { name: 'program', look: async () => [programFinding(process.versions.node)] },
    {
      name: 'claude code',
      limitMs: 10_000,
      async look() {
        const ran = await run('claude', ['--version'], { timeoutMs: 8000 })
        const [line = ''] = ran.stdout.trim().split('\n')
        if (ran.code === 0 && line !== '') return [ok('claude code', line.slice(0, 60))]
        const why = ran.why === 'ENOENT' ? 'claude is not on the PATH' : 'claude does not start'
        return [
          warning('claude code', `${why}: sessions can't be resumed`, 'install it, or put it on the PATH'),
        ]
      },
    },
    {
      name: 'duckdb',
      limitMs: 70_000,
      async look() {
        const found = await database()
        if (found?.state !== 'whole' || found.duckdb === `v${duckdbVersion}`) return []
        const text = `DuckDB ${found.duckdb} is loaded, and v${duckdbVersion} was to be`
        return [problem('duckdb', text, 'install claude-session-logger again')]
      },
    },
  ]
}

/** Pure. */
export function programFinding(node: string): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const text = `csl ${version}, Node ${node}, DuckDB ${duckdbVersion}`
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
  if (!isOld) return ok('program', text)
  return problem('program', `${text}: Node is too old`, `install Node ${oldestNode.join('.')} or later`)
}
