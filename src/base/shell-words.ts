/** What stands before a command without changing which one it is. */
const prefixes = new Set(['command', 'env', 'exec', 'nice', 'nohup', 'setsid'])
const shells = /(?:^|\/)(?:ba|da|z|k)?sh$/
const mostNested = 5
const longestLine = 10_000

/**
 * The commands of a line of shell, each as its words: quotes are taken off, redirections, assignments and prefixes such as
 * `exec` are left out, and what `sh -c '…'` runs stands for it. Undefined where the line does more than run one command after
 * the other: then it is not for us to say what it does.
 */
export function shellCommands(line: string, depth = 0): string[][] | undefined {
  const tokens = line.length > longestLine || depth > mostNested ? undefined : readTokens(line)
  if (!tokens) return undefined
  const commands: string[][] = []
  let words: string[] = []
  let isTarget = false
  for (const token of [...tokens, 'separator' as const]) {
    if (token === 'separator') {
      if (words.length > 0) commands.push(words)
      words = []
    } else if (token === 'redirection') isTarget = true
    else if (isTarget) isTarget = false
    else words.push(token.word)
  }
  const result: string[][] = []
  for (const command of commands) {
    const plain = withoutPrefixes(command)
    const [program = '', option = '', script] = plain
    if (shells.test(program) && /^-\w*c$/.test(option) && script !== undefined) {
      const inner = shellCommands(script, depth + 1)
      if (!inner) return undefined
      result.push(...inner)
    } else if (plain.length > 0) result.push(plain)
  }
  return result
}

function withoutPrefixes(words: readonly string[]): string[] {
  const first = words.findIndex(word => !prefixes.has(word) && !/^\w+=/.test(word))
  return first < 0 ? [] : words.slice(first)
}

type Token = { readonly word: string } | 'separator' | 'redirection'

const parting = /\|\||&&|;(?!;)|\||&(?![>&])|\n/
const direction = /\d*(?:>>|>\||<(?!<)|>|&>>?)(?:&\d)?/
const comment = /#[^\n]*/
const quoted = /'[^']*'|"(?:\\.|[^"\\`$]|\$(?!\())*"/
const bare = /\\[^\n]|\$(?![('"])|[^\s'"\\`$;&|<>()#{}]|(?<=[^\s;&|])[#{}]/
const token = new RegExp(
  `\\s*(?:(?<parting>${parting.source})|(?<direction>${direction.source})|${comment.source}` +
    `|(?<word>(?:${quoted.source}|${bare.source})+)|$)`,
  'gsuy',
)

/** Undefined: a subshell, a function, a substitution, a here-document, a quote that is not closed. */
function readTokens(line: string): Token[] | undefined {
  const tokens: Token[] = []
  let read = 0
  for (const { 0: text, groups } of line.matchAll(token)) {
    const blanks = text.slice(0, text.search(/\S|$/))
    if (groups?.parting !== undefined || blanks.includes('\n')) tokens.push('separator')
    // `2>&1` names no file.
    if (groups?.direction !== undefined && !/&\d$/.test(groups.direction)) tokens.push('redirection')
    if (groups?.word !== undefined) tokens.push({ word: unquoted(groups.word) })
    read += text.length
  }
  return read === line.length ? tokens : undefined
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gsu, (_, single, double, escaped) =>
    single !== undefined ? single : double !== undefined ? double.replace(/\\([$`"\\])/g, '$1') : escaped,
  )
}
