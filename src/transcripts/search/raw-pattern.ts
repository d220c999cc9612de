// What a line's bytes must hold for a term to be in its texts. JSON can write a character in several ways, so what is looked for
// is one run of characters of the terms that writers leave as they are, or else an escape that nobody needs. More lines than
// have the terms may fit, never fewer.

/** Escapes that nobody needs: of ASCII, and of the two others that are the same as an ASCII letter (ſ is s, K is k). */
const needless = '\\\\u(?:00[2-7]|017f|212a)'
const anyEscape = '\\\\u[0-9a-f]{4}'
/**
 * What may not, or must, stand behind a run: the rest of the name of a field, `"parentUuid":`, is no text. A quotation mark within a
 * text has a backslash before it, and behind a text there is no colon.
 */
const notInName = '(?![A-Za-z0-9_]*":)'
const behindText = '[A-Za-z0-9_]*(?-u:[^A-Za-z0-9_"]|"[^:])'
/** A longer run would find hardly fewer lines. */
const longestRun = 40

/**
 * The longest run of the terms without what JSON escapes, and without what a tool may have put between or before texts (white
 * space, `/`, `!`). Undefined: every line must be looked at.
 */
export function longestRunOf(terms: readonly string[]): string | undefined {
  const runs = terms.flatMap(term => term.toWellFormed().split(/[\s"\\/!\p{Cc}\ufffd]+/u))
  const longest = runs.map(run => [...run]).reduce((a, b) => (b.length > a.length ? b : a), [])
  return longest.length === 0 ? undefined : longest.slice(0, longestRun).join('')
}

/** What the lines match that may have the terms, their bytes read as Latin-1. It matches no line end, and at most 500 bytes. */
export function linePattern(terms: readonly string[]): RegExp {
  const run = longestRunOf(terms)
  return run === undefined ? /\S/g : bytePattern(run)
}

function bytePattern(run: string): RegExp {
  const toBytes = (char: string) => escaped(Buffer.from(char).toString('latin1'))
  return new RegExp(`${atomsOf(run, toBytes).join('')}${notInName}|${needless}`, 'gi')
}

/** For ripgrep, with `--ignore-case`. */
export function ripgrepPattern(run: string): string {
  return `${atomsOf(run, escaped).join('')}${behindText}|${needless}`
}

/** Each character of a run with all ways to write it, but for those that ignoring the case of ASCII letters covers. */
function atomsOf(run: string, write: (char: string) => string): string[] {
  return Array.from(run, char => {
    const isAscii = char < '\x80'
    const ways = sameAs(char).filter(way => !isAscii || way === char || way >= '\x80')
    const written = ways.map(write)
    if (!isAscii) written.push(anyEscape.repeat(char.length))
    return written.length === 1 ? written.join() : `(?:${written.join('|')})`
  })
}

/** The characters that are another's small or capital letter, and don't say which theirs is. */
const latecomers = [
  '\u00b5\u017f\u01c5\u01c8\u01cb\u01f2\u0345\u0390\u03b0\u03c2\u03d0\u03d1\u03d5\u03d6',
  '\u03f0\u03f1\u03f4\u03f5\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1e9b',
  '\u1e9e\u1f88\u1f89\u1f8a\u1f8b\u1f8c\u1f8d\u1f8e\u1f8f\u1f98\u1f99\u1f9a\u1f9b\u1f9c',
  '\u1f9d\u1f9e\u1f9f\u1fa8\u1fa9\u1faa\u1fab\u1fac\u1fad\u1fae\u1faf\u1fbc\u1fbe\u1fcc',
  '\u1fd3\u1fe3\u1ffc\u2126\u212a\u212b\ufb05\ufb06',
].join('')

/** The characters that are the same by the rule of terms.ts, itself first. */
export function sameAs(char: string): string[] {
  const same = new Set([char])
  for (const known of same) {
    for (const other of [known.toLowerCase(), known.toUpperCase()])
      if ([...other].length === 1) same.add(other)
  }
  for (const [other] of latecomers.matchAll(new RegExp(escaped(char), 'giu'))) same.add(other)
  return [...same]
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}
