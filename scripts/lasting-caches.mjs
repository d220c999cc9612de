// Keeps what Ink found out about lines beyond the frame it was for: see bundle-patches.mjs.

/** Lines of some screens: what was not seen for two generations is forgotten. */
const mostLines = 300

let caches

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
