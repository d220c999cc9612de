import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder } from './support/home.ts'

// Who may import whom: a file imports from lower floors or from its own folder. Not up, not level, never in a circle.

const floors: Readonly<Record<string, number>> = {
  base: 0,
  transcripts: 1,
  store: 1,
  features: 2,
  ingest: 3,
  sync: 3,
  hive: 3,
  setup: 3,
  cli: 4,
  tui: 4,
  'main.ts': 5,
  'main-setup.ts': 5,
}
/** The one arrow that runs level, and only lazily: a hook never loads React. */
const levelArrows = ['cli → tui']

const src = path.join(packageFolder, 'src')

interface Arrow {
  readonly from: string
  readonly to: string
  readonly kind: 'value' | 'type' | 'lazy'
}

/** Every import between files of src, of values and types, static and dynamic. */
function arrowsFrom(file: string): Arrow[] {
  const text = readFileSync(path.join(src, file), 'utf8')
  const statics = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\bfrom\s+)?'(\.[^']+)'/gm)
  const lazies = text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)/g)
  const to = (name = '') => path.join(path.dirname(file), name)
  return [
    ...[...statics].map(
      ([, type, name]): Arrow => ({ from: file, to: to(name), kind: type ? 'type' : 'value' }),
    ),
    ...[...lazies].map(([, name]): Arrow => ({ from: file, to: to(name), kind: 'lazy' })),
  ]
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => /\.tsx?$/.test(file))
const arrows = files.flatMap(arrowsFrom)

/** The folder a file lives in; each feature is a house of its own. */
function folderOf(file: string): string {
  const [first = '', second = ''] = file.split(path.sep)
  return first === 'features' ? `${first}/${second}` : first
}

function floorOf(file: string): number | undefined {
  return floors[file.split(path.sep)[0] ?? '']
}

test('every file stands on a floor, and every import leads to one', () => {
  expect(files.filter(file => floorOf(file) === undefined)).toEqual([])
  expect(arrows.filter(({ to }) => !files.includes(to))).toEqual([])
  expect(arrows.length).toBeGreaterThan(files.length)
})

test('no file imports from its own floor or above, but from its own folder', () => {
  const wrong = arrows.filter(({ from, to, kind }) => {
    if (folderOf(from) === folderOf(to)) return false
    if (kind === 'lazy' && levelArrows.includes(`${folderOf(from)} → ${folderOf(to)}`)) return false
    return (floorOf(to) ?? Number.POSITIVE_INFINITY) >= (floorOf(from) ?? 0)
  })

  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
})

test('no file loads itself in a circle', () => {
  // Types are gone when the program runs, and lazy imports come when all is loaded.
  const loading = arrows.filter(({ kind }) => kind === 'value')
  const circles = new Set<string>()
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]) => {
    if (trail.includes(file)) circles.add([...trail.slice(trail.indexOf(file)), file].join(' → '))
    if (trail.includes(file) || done.has(file)) return
    for (const { from, to } of loading) if (from === file) visit(to, [...trail, file])
    done.add(file)
  }

  for (const file of files) visit(file, [])

  expect([...circles]).toEqual([])
})
