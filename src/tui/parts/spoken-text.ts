/** Signs that say something, in words. */
const words: Readonly<Record<string, string>> = {
  '▸': 'folded:',
  '▾': 'open:',
  '▪': 'tool',
  '┊': 'subagent:',
  '✓': 'marked',
  '★': 'starred',
  '⚠': 'warning:',
  '⎇': 'branch',
}

const signs = new RegExp(`[${Object.keys(words).join('')}]`, 'g')
/** Frames, bars and bullets say nothing. */
const drawn = /[\u2500-\u259f●•❯›]/g

/** A line of a screen as it is to be read out: without what is only drawn, and without the blanks between columns. */
export function spokenText(line: string): string {
  return line
    .replace(signs, sign => `${words[sign]} `)
    .replace(drawn, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
}
