// Keeps what Ink found out about lines and characters beyond the frame it was for: see bundle-patches.mjs.
import { graphemesOf } from '../src/base/text-width.ts'

/** Lines of some screens: what was not seen for two generations is forgotten. */
const mostLines = 300
/** Characters of some scripts. */
const mostCells = 4000

let caches
const plainCells = new Map()

/** Caches that outlive a frame. `make` makes Ink's own, empty. */
export function lastingCaches(make) {
  if (caches === undefined || caches.styledChars.size > mostLines) caches = lasting(make(), caches)
  return caches
}

/** Caches whose maps look into those of the generation before. */
function lasting(fresh, before) {
  for (const name of ['widths', 'blockWidths', 'styledChars']) fresh[name] = new InheritingMap(before?.[name])
  return fresh
}

class InheritingMap extends Map {
  constructor(before) {
    super()
    // Of the generation before, and of none before that.
    this.before = before && new Map(before)
  }

  get(key) {
    const own = super.get(key)
    if (own !== undefined || this.before === undefined) return own
    const inherited = this.before.get(key)
    if (inherited !== undefined) this.set(key, inherited)
    return inherited
  }
}

/**
 * The cells of a line, `takeApart` being Ink's way to make them. A cell is never changed, so those without a style are the
 * same ones in all lines: a line of its own ones takes twelve kilobytes.
 */
export function cellsOf(line, takeApart) {
  return (isPlain(line) && knownCells(line)) || takeApart().map(remembered)
}

function isPlain(line) {
  return !line.includes('\x1b') && !line.includes('\x9b')
}

/** Undefined where a character is met for the first time. */
function knownCells(line) {
  const cells = []
  for (const { segment } of graphemesOf(line)) {
    const cell = plainCells.get(segment)
    if (cell === undefined) return undefined
    cells.push(cell)
  }
  return cells
}

function remembered(cell) {
  if (cell.styles.length > 0) return cell
  if (plainCells.size > mostCells) plainCells.clear()
  const known = plainCells.get(cell.value)
  if (known === undefined) plainCells.set(cell.value, cell)
  return known ?? cell
}
