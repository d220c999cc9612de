// Bundles src/ into dist/: one ESM program with lazily loaded chunks, and the worker that backfill starts.
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { bundlePatches } from './bundle-patches.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))

const bundle = await rolldown({
  cwd: root,
  input: {
    main: 'src/main.ts',
    'main-setup': 'src/main-setup.ts',
    'read-worker': 'src/ingest/read-worker.ts',
    'search-worker': 'src/transcripts/search/search-worker.ts',
  },
  platform: 'node',
  plugins: bundlePatches,
  external: [/duckdb\.node$/, /^@duckdb\/node-bindings-/, 'react-devtools-core', ...builtinModules],
  resolve: {
    mainFields: ['module', 'main'],
    alias: { '@duckdb/node-bindings': path.join(root, 'scripts/bindings.mjs') },
  },
  transform: {
    target: 'node20',
    define: {
      'process.env.NODE_ENV': '"production"',
      __CSL_VERSION__: JSON.stringify(manifest.version),
      // `1.5.6-r.1`: the release of its Node package stands behind.
      __DUCKDB_VERSION__: JSON.stringify(
        manifest.dependencies['@duckdb/node-bindings'].replace(/-r\..*/, ''),
      ),
    },
  },
})
// Built beside the old one and swapped in at the end: a program that runs meanwhile keeps its chunks.
const fresh = path.join(root, `dist.${process.pid}`)
await mkdir(fresh)
const { output } = await bundle.write({
  dir: fresh,
  format: 'esm',
  minify: true,
  entryFileNames: '[name].mjs',
  chunkFileNames: 'chunks/[name]-[hash].mjs',
  // Few files load faster than many: what every command needs is one chunk, what opens the database another.
  codeSplitting: {
    groups: [
      // What a hook needs before it may take the time to load the database, and not a module more.
      {
        name: 'base',
        test: /src\/(base\/(errors|files|identity|jsonl|log-file|paths|process-lock)|cli\/(start-program|run|hook|context|on-terminal|kill-from-outside)|ingest\/spool)\.ts/,
      },
      // What tables on the command line measure text with, too.
      {
        name: 'text-width',
        test: /(src\/base\/text-width\.ts|scripts\/(string-width|segmenter|late-segmenter|lasting-caches)\.mjs|node_modules\/(string-width|strip-ansi|ansi-regex|get-east-asian-width)\/.*)$/,
      },
      // What draws: loaded for a screen alone. But Ink's devtools, which need a package that is not there.
      {
        name: 'ink',
        test: /node_modules\/(ink(?!\/build\/devtools)|ink-select-input|react|react-reconciler|scheduler|yoga-layout|to-rotated|figures|chalk|cli-[^/]+|code-excerpt|convert-to-spaces|es-toolkit|indent-string|is-in-ci|patch-console|signal-exit|slice-ansi|stack-utils|terminal-size|type-fest|widest-line|wrap-ansi|ws|auto-bind|@alcalzone\/[^/]+)\//,
      },
      // Asks questions: for setup and what else must be agreed to.
      { name: 'prompts', test: /node_modules\/(@clack\/|fast-string-|fast-wrap-|sisteransi)/ },
      // For Claude Code's settings only.
      { name: 'jsonc', test: /node_modules\/jsonc-parser\// },
      // For one kind of remote only.
      { name: 'pg', test: /node_modules\/(pg|pg-[^/]+|pgpass|postgres-[^/]+|split2|xtend)\// },
      // What a session's start shows, and nothing that opens the database.
      {
        name: 'start',
        test: /src\/cli\/(commands\/(session-start|recent|inbox-count)|recent-text)\.ts/,
      },
      { name: 'format', test: /src\/base\/format\.ts/ },
      // All that a thread of backfill needs, and the viewer: they must not load the database.
      {
        name: 'transcripts',
        test: /src\/(transcripts\/(?!conversation|export|open|search)(?!.*(conversation|turn|tool-|user-blocks|line-role|known-ids|readable|running|session-folder))|ingest\/(fingerprint|pack|read-file))/,
      },
      // What opens the database, and what is asked of it at a session's start.
      {
        name: 'store',
        test: /src\/(store\/(?!statement|maintenance)|features\/(sessions\/(recent|marks)|entries\/(inbox-count|kinds|mine))\.ts)|bindings\.mjs|p-retry|is-network-error/,
      },
      // The rest of the work of a hook that records.
      {
        name: 'ledger',
        test: /src\/(features\/usage\/(ledger|pricing|prices|re)|features\/entries\/(changes?\.|entry|fold|journal|kinds|project)|features\/sessions\/(record|project|session-row|facts|type-rules)|base\/(clock|redact|secret-)|ingest\/(apply|drain|open|adopt|known|hook-input))/,
      },
      { name: 'time', test: /src\/base\/(time|dates)\.ts/ },
      // What reports and screens ask, and no hook does.
      {
        name: 'reports',
        test: /src\/(features\/(usage\/(by-|filter|overview|period-keys|sums|summary|zone-offsets)|entries\/(deleted|detail|inbox\.|list|make-changes|new-entry|news-text|seen)|sessions\/(count|resume))|ingest\/(backfill|catch-up|read-many|say|summary)|sync\/state\.)/,
      },
      { name: 'tui-any', test: /src\/tui\/(load-ink|transcripts|watch-folder|parts\/trouble-text)\.ts/ },
      // What asks for the screens, ready before they are.
      {
        name: 'tui-data',
        test: /src\/(cli\/commands\/tui|features\/sessions\/(browse|listed-session)|tui\/(start|data|store-door|screens\/(notes|sessions|summary)\/(data|book|write-elsewhere)))\.ts/,
      },
    ],
  },
})
await bundle.close()
for (const name of ['main.mjs', 'main-setup.mjs']) await chmod(path.join(fresh, name), 0o755)

// Who imports whom among the chunks: test/chunk-graph.test.ts keeps the hook's path light with it.
const chunks = output.filter(item => item.type === 'chunk')
const graph = Object.fromEntries(
  chunks.map(chunk => [
    chunk.fileName,
    {
      imports: chunk.imports,
      dynamicImports: chunk.dynamicImports,
      packages: packagesOf(chunk.moduleIds),
      sources: chunk.moduleIds.map(id => path.relative(root, id)).filter(id => id.startsWith('src/')),
    },
  ]),
)
await writeFile(path.join(fresh, 'chunks.json'), `${JSON.stringify(graph, null, 1)}\n`)
await writeFile(
  path.join(fresh, 'THIRD_PARTY_LICENSES'),
  await licences(packagesOf(chunks.flatMap(c => c.moduleIds))),
)

await rm(dist, { recursive: true, force: true })
await rename(fresh, dist)

function packagesOf(ids) {
  const names = ids
    .map(id => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
    .filter(name => name !== undefined)
  return [...new Set(names)].sort()
}

async function licences(names) {
  const parts = []
  for (const name of names) {
    const folder = path.join(root, 'node_modules', name)
    const { version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    let text = ''
    for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license']) {
      try {
        text = await readFile(path.join(folder, file), 'utf8')
        break
      } catch (error) {
        if (error.code !== 'ENOENT') throw error
      }
    }
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`)
  }
  return parts.join(`\n${'-'.repeat(72)}\n\n`)
}
