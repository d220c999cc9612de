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
    handler: code =>
      `import { lastingCaches } from ${JSON.stringify(path.join(scripts, 'lasting-caches.mjs'))}\n` +
      replaced(code, 'caches = new OutputCaches()', 'caches = lastingCaches(() => new OutputCaches())'),
  },
}

export const bundlePatches = [layoutWithoutFetch, widthsOfOurs, linesKeptApart]

function replaced(code, what, by) {
  if (!code.includes(what)) throw new Error(`not found, and so not made faster: ${what}`)
  return code.replaceAll(what, by)
}
