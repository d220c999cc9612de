/**
 * Text as one word of a POSIX shell. What a terminal would obey or hide (control characters, bidi controls) is
 * written as escapes in `$'…'`: the word stays the same and the line that shows it stays harmless.
 */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  if (!unsafe.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(new RegExp(unsafe, 'g'), character =>
      Array.from(Buffer.from(character), byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    )
  return `$'${escaped}'`
}

const unsafe = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
