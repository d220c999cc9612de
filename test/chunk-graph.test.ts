import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder } from './support/home.ts'

// A hook has a second for everything: what it loads is kept small, and this says who would make it grow.

interface Chunk {
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
  readonly packages: readonly string[]
  readonly sources: readonly string[]
}

const chunks: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(path.join(packageFolder, 'dist/chunks.json'), 'utf8'),
)

/** The chunk that holds a source file. */
function chunkOf(source: string): string {
  const [name] = Object.entries(chunks).find(([, chunk]) => chunk.sources.includes(source)) ?? []
  if (name === undefined) throw new Error(`no chunk holds ${source}`)
  return name
}

/** All that is loaded with a chunk, without being asked for. */
function loadedWith(name: string, found = new Set<string>()): Set<string> {
  if (chunks[name] === undefined || found.has(name)) return found
  found.add(name)
  for (const other of chunks[name].imports) loadedWith(other, found)
  return found
}

function contents(names: Iterable<string>): { packages: string[]; sources: string[] } {
  const all = [...names].flatMap(name => chunks[name] ?? [])
  return { packages: all.flatMap(chunk => chunk.packages), sources: all.flatMap(chunk => chunk.sources) }
}

const untilSpooled = ['main.mjs', chunkOf('src/cli/commands/record.ts')]
const untilRecorded = [...untilSpooled, chunkOf('src/ingest/drain.ts')]

test('a hook loads no parser of command lines, no screen and no YAML', () => {
  const { packages, sources } = contents(untilRecorded.flatMap(name => [...loadedWith(name)]))

  expect(packages.filter(name => /^(commander|yaml|ink|react)\b|^ink-|^react-|^yoga/.test(name))).toEqual([])
  expect(sources.filter(file => /^src\/tui\/|^src\/cli\/program\.ts$/.test(file))).toEqual([])
  expect(sources).toContain('src/ingest/apply.ts')
})

test.each([
  'src/cli/commands/record.ts',
  'src/ingest/drain.ts',
  'src/cli/commands/recent.ts',
  'src/cli/commands/inbox-count.ts',
  'src/cli/commands/session-start.ts',
  'src/cli/commands/sync.ts',
  'src/cli/commands/usage.ts',
  'src/cli/commands/sessions.ts',
])('%s loads nothing that draws', source => {
  const { packages, sources } = contents([...loadedWith('main.mjs'), ...loadedWith(chunkOf(source))])

  expect(packages.filter(isOfScreens)).toEqual([])
  expect(sources.filter(file => file.startsWith('src/tui/'))).toEqual([])
})

test('a screen is drawn by chunks of its own', () => {
  const { packages } = contents(loadedWith(chunkOf('src/tui/app.tsx')))

  expect(packages.filter(isOfScreens)).toEqual(expect.arrayContaining(['ink', 'react', 'yoga-layout']))
})

test('a transcript is found and shown without the database', () => {
  const shown = ['src/cli/commands/view.ts', 'src/tui/start-viewer.ts', 'src/tui/viewer-alone.tsx']
  const { sources } = contents(shown.flatMap(source => [...loadedWith(chunkOf(source))]))

  expect(sources).toContain('src/tui/screens/viewer/reader.tsx')
  expect(sources.filter(file => file.startsWith('src/store/'))).toEqual([])
})

function isOfScreens(name: string): boolean {
  return /^(ink|react|yoga)(-|$)/.test(name)
}

test('YAML is loaded only when it is asked for', () => {
  const holders = Object.keys(chunks).filter(name => chunks[name]?.packages.includes('yaml'))
  const loaders = Object.values(chunks).filter(chunk => chunk.imports.some(name => holders.includes(name)))

  expect(holders.length).toBeGreaterThan(0)
  // Parts of the YAML chunk itself may import each other.
  expect(loaders.filter(chunk => !chunk.packages.includes('yaml'))).toEqual([])
  expect(Object.values(chunks).some(chunk => chunk.dynamicImports.some(name => holders.includes(name)))).toBe(
    true,
  )
})

test('what asks questions is loaded when there is one', () => {
  const holders = Object.keys(chunks).filter(name => chunks[name]?.packages.includes('@clack/prompts'))
  const loaders = Object.values(chunks).filter(chunk => chunk.imports.some(name => holders.includes(name)))

  expect(holders).toHaveLength(1)
  expect(loaders.flatMap(chunk => chunk.sources)).toEqual([])
})

test('Postgres’ client is loaded by nothing but the remote that needs it', () => {
  const holders = Object.keys(chunks).filter(name =>
    chunks[name]?.packages.some(found => /^pg(-|pass|$)/.test(found)),
  )
  const loaders = Object.keys(chunks).filter(name => {
    if (holders.includes(name)) return false
    return [...loadedWith(name)].some(other => holders.includes(other))
  })

  expect(holders.length).toBeGreaterThan(0)
  expect(loaders.filter(name => !chunks[name]?.sources.every(isOfPostgres))).toEqual([])
})

function isOfPostgres(source: string): boolean {
  return source.startsWith('src/sync/remotes/postgres-')
}

test('what reads Claude Code’s settings is loaded by setup alone', () => {
  const holders = Object.keys(chunks).filter(name => chunks[name]?.packages.includes('jsonc-parser'))
  const loaders = Object.keys(chunks).filter(name =>
    chunks[name]?.imports.some(other => holders.includes(other)),
  )

  expect(holders.map(name => chunks[name]?.packages)).toEqual([['jsonc-parser']])
  expect(
    loaders
      .flatMap(name => chunks[name]?.sources ?? [])
      .filter(file => !/^src\/(base|setup|cli\/setup)\//.test(file)),
  ).toEqual([])
})

test('a payload is safe in the spool before the database is loaded', () => {
  const { packages, sources } = contents(untilSpooled.flatMap(name => [...loadedWith(name)]))

  expect(packages).toEqual([])
  expect(sources).toContain('src/ingest/spool.ts')
  expect(sources.filter(file => /^src\/(store|features|transcripts)\//.test(file))).toEqual([])
})

test.each(['read-worker.mjs', 'search-worker.mjs'])('a thread, %s, does not load the database', name => {
  const { packages, sources } = contents(loadedWith(name))

  expect(packages).toEqual([])
  expect(sources.filter(file => file.startsWith('src/store/'))).toEqual([])
})

test('a session’s start loads what opens the database, what it asks of it and what it shows, and nothing that measures or records', () => {
  const start = ['session-start', 'recent', 'inbox-count'].map(name => chunkOf(`src/cli/commands/${name}.ts`))
  const asked = [
    'src/store/open.ts',
    'src/features/sessions/recent.ts',
    'src/features/entries/inbox-count.ts',
    'src/cli/recent-text.ts',
  ].map(chunkOf)
  const { packages, sources } = contents(
    new Set(['main.mjs', ...start, ...asked].flatMap(name => [...loadedWith(name)])),
  )

  expect(packages.sort()).toEqual(['is-network-error', 'p-retry'])
  expect(
    sources.filter(file =>
      /^src\/(ingest\/(?!spool)|transcripts\/|features\/usage\/|base\/text-width)/.test(file),
    ),
  ).toEqual([])
  expect(new Set([...start, ...asked]).size).toBe(2)
})

test('a hook does not load what searches, nor what deletes transcripts', () => {
  const { sources } = contents(untilRecorded.flatMap(name => [...loadedWith(name)]))

  expect(
    sources.filter(file =>
      /transcripts\/(search|.*(readable|user-blocks|line-role|running|session-folder))/.test(file),
    ),
  ).toEqual([])
})

test('a hook does not load what makes, finds and adopts entries', () => {
  const { sources } = contents(untilRecorded.flatMap(name => [...loadedWith(name)]))

  expect(sources.filter(file => /entries\/(adopt|make-changes|list|find)/.test(file))).toEqual([])
})
