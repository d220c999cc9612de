import os from 'node:os'
import path from 'node:path'
import { Marked, type Token } from 'marked'

// A lexer can be made to take long; nobody's instructions are so long.
const longestText = 500_000

/** Where a file of instructions stands, and the file that it is to import. */
export interface Import {
  /** The folder of the file of instructions. */
  readonly folder: string
  readonly userHome: string
  /** Absolute. */
  readonly imported: string
}

/**
 * The line that imports a file, as Claude Code reads it: `@~/.claude/x.md`. From the home folder, as a file of dotfiles is the same on
 * several machines, and a relative name is looked for where a link leads to (seen with client 2.1.329). A name that such a line
 * cannot hold (it ends at `#` and knows no escape but `\ `) is named relative to its folder.
 */
export function importLine({ folder, userHome, imported }: Import): string {
  const steps = path.relative(userHome, imported).split(path.sep)
  const isInHome = steps[0] !== '..' && !path.isAbsolute(steps.join(path.sep))
  const name = isInHome ? `~/${steps.join('/')}` : imported
  const isHeld = /^[^#\\\s]+$/.test(name.replaceAll(' ', ''))
  return `@${(isHeld ? name : path.relative(folder, imported)).replaceAll(' ', '\\ ')}`
}

/** Whether a text imports the file, by any name: not in code, not in a comment. */
export function isImported(text: string, wanted: Import): boolean {
  const { folder, userHome, imported } = wanted
  if (text.length > longestText) return text.split(/\r?\n/).includes(importLine(wanted))
  return importsOf(text.replace(/^\ufeff/, '')).some(name => {
    const file = name.startsWith('~/') ? path.join(userHome, name.slice(2)) : path.resolve(folder, name)
    return file === imported
  })
}

/** The text with the line at its end; at its beginning where the end is code or a comment. The line's end is as theirs. */
export function addImport(text: string, wanted: Import): string {
  const line = importLine(wanted)
  const end = /\r\n/.test(text) ? '\r\n' : os.EOL
  const isEnded = text === '' || text.endsWith('\n')
  // A text whose last line has no end gets a last line without one, so that it can be taken out to the byte.
  const atEnd = isEnded ? `${text}${line}${end}` : `${text}${end}${line}`
  if (isImported(atEnd, wanted)) return atEnd
  const [, mark = '', rest = ''] = /^(\ufeff?)([\s\S]*)$/.exec(text) ?? []
  return `${mark}${line}${end}${rest}`
}

/** The text without the line, wherever it stands alone on one. */
export function removeImport(text: string, wanted: Import): string {
  const line = importLine(wanted)
  const lines = text.split(/(?<=\n)/)
  const isOurs = (one: string) => one.replace(/^\ufeff/, '').replace(/\r?\n$/, '') === line
  const kept = lines.map(one => (isOurs(one) ? (one.startsWith('\ufeff') ? '\ufeff' : '') : one))
  const last = lines.at(-1) ?? ''
  const rest = kept.join('')
  // It took the end of the line before, as it had none itself.
  return isOurs(last) && !last.endsWith('\n') ? rest.replace(/\r?\n$/, '') : rest
}

/** The names behind `@` that Claude Code takes for imports: found by Markdown's own rules, as it does. */
function importsOf(text: string): string[] {
  const names: string[] = []
  const take = (plain: string) => {
    for (const [, found = ''] of plain.matchAll(/(?:^|\s)@((?:[^\s\\]|\\ )+)/g))
      names.push(found.replace(/#.*$/, '').replaceAll('\\ ', ' '))
  }
  const walk = (tokens: readonly Token[]) => {
    for (const token of tokens) {
      if (token.type === 'code' || token.type === 'codespan') continue
      if (token.type === 'html' && /^\s*<!--[\s\S]*-->/.test(token.raw))
        take(token.raw.replace(/<!--[\s\S]*?-->/g, ''))
      else if (token.type === 'text') take(String(token.text))
      if ('tokens' in token && token.tokens) walk(token.tokens)
      if ('items' in token && Array.isArray(token.items)) walk(token.items)
    }
  }
  try {
    walk(new Marked().lexer(text))
  } catch {
    // Nested so deep that it ends in an error: nothing is known of it.
  }
  return names
}
