/**
 * Text as one word of a POSIX shell. What a terminal would obey or hide (control characters, bidi controls) is
 * written as escapes in `$'…'`: the word stays the same and the line that shows it stays harmless.
 */
export function shellQuote(text: string): string {
  // A leading `=` or `~` means something to zsh and others.
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text
  if (!unsafe.test(text)) return singleQuote(text)
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(new RegExp(unsafe, 'g'), character =>
      Array.from(Buffer.from(character), byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    )
  return `$'${escaped}'`
}

/** Text as one word in a script for any POSIX shell, whatever stands in it: `'…'`. */
export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

const unsafe = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
