// What the bundle changes in packages, for speed alone: screens look the same without it. A build fails where a package
// no longer has the place that is changed.
import path from 'node:path'

const scripts = import.meta.dirname

/** The layout engine asks `fetch` for bytes that it carries itself, and Node loads its HTTP client for that: 20 ms. */
const layoutWithoutFetch = {
  name: 'layout-without-fetch',
  transform: {
    filter: { id: /yoga-wasm/ },
    handler: code => replaced(code, 'typeof fetch', '"undefined"'),
  },
}

/** Ink measures every line of every frame; it gets our way of doing so, which takes a hundredth of the time. */
const widthsOfOurs = {
  name: 'widths-of-ours',
  resolveId: {
    filter: { id: /^string-width$/ },
    handler: (_, importer) =>
      importer?.includes('/node_modules/') ? path.join(scripts, 'string-width.mjs') : null,
  },
}

/** Ink takes each line apart for each frame, though most lines are those of the frame before: half of a key's time. */
const linesKeptApart = {
  name: 'lines-kept-apart',
  transform: {
    filter: { id: /node_modules\/ink\/build\/output\.js$/ },
    handler: code => {
      const kept = replaced(
        code,
        'caches = new OutputCaches()',
        'caches = lastingCaches(() => new OutputCaches())',
      )
      const shared = replaced(
        kept,
        /cached = (styledCharsFromTokens\([^;]*);/,
        'cached = cellsOf(line, () => $1);',
      )
      const blank =
        /row\.push\((\{\s*type: 'char',\s*value: ' ',\s*fullWidth: false,\s*styles: \[\],\s*\})\);/
      const from = JSON.stringify(path.join(scripts, 'lasting-caches.mjs'))
      return `import { cellsOf, lastingCaches } from ${from}\n${replaced(shared, blank, 'row.push(blankOfAll);')}
        const blankOfAll = { type: 'char', value: ' ', fullWidth: false, styles: [] };`
    },
  },
}

/** Packages that take texts apart get our way of it, too: to load Intl's takes 6 ms, and each line several times as long. */
const graphemesOfOurs = {
  name: 'graphemes-of-ours',
  transform: {
    filter: {
      id: /node_modules\/(ink\/build\/line-update|wrap-ansi\/index|@alcalzone\/ansi-tokenize\/build\/tokenize)\.js$/,
    },
    handler: code =>
      `import { segmenterOfOurs } from ${JSON.stringify(path.join(scripts, 'segmenter.mjs'))}\n` +
      replaced(
        code,
        /new Intl\.Segmenter\((undefined, \{ ?granularity: ['"]grapheme['"] ?\})?\)/g,
        'segmenterOfOurs',
      ),
  },
}

/** Packages that have to ask Intl make its segmenter when they do. */
const lateSegmenter = {
  name: 'late-segmenter',
  transform: {
    filter: { id: /node_modules\/(string-width\/index|slice-ansi\/tokenize-ansi)\.js$/ },
    handler: code =>
      `import { lateSegmenter } from ${JSON.stringify(path.join(scripts, 'late-segmenter.mjs'))}\n` +
      replaced(code, /new Intl\.Segmenter\([^)]*\)/g, 'lateSegmenter'),
  },
}

export const bundlePatches = [
  layoutWithoutFetch,
  widthsOfOurs,
  linesKeptApart,
  graphemesOfOurs,
  lateSegmenter,
]

function replaced(code, what, by) {
  const changed = typeof what === 'string' ? code.replaceAll(what, by) : code.replace(what, by)
  if (changed === code) throw new Error(`not found, and so not made faster: ${what}`)
  return changed
}
