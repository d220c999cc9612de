import { singleQuote } from '../../base/shell-quote.ts'
import type { CommandSpec, OptionSpec, Source } from './spec.ts'

/** A completion script for zsh. Commands and options stand in it, so that Tab starts nothing; what was typed is never run. */
export function zshScript(specs: readonly CommandSpec[], programs: readonly string[]): string {
  const arms = (of: (spec: CommandSpec) => readonly (readonly [string, string])[]) =>
    specs
      .flatMap(of)
      .map(([pattern, action]) => `    ${singleQuote(pattern)}) ${action} ;;\n`)
      .join('')
  const children = arms(spec =>
    spec.commands.flatMap(({ names }) =>
      names.map(name => [`${at(spec)}/${name}`, `at=${singleQuote(`${at(spec)}/${name}`)}`] as const),
    ),
  )
  const valueArms = arms(spec =>
    spec.options.flatMap(({ flags, value }) =>
      value ? flags.map(flag => [`${at(spec)} ${flag}`, `${offer(value)}; return`] as const) : [],
    ),
  )
  const optionArms = arms(spec => [[at(spec), describe('option', spec.options.flatMap(described))]])
  const freeArms = arms(spec => {
    if (spec.commands.length > 0) {
      const list = spec.commands.flatMap(({ names, description }) =>
        names.map(name => pair(name, description)),
      )
      return [[at(spec), describe('command', list)]]
    }
    return spec.argument ? [[at(spec), offer(spec.argument)]] : []
  })
  return `#compdef ${programs.join(' ')}
# Completion of csl for zsh. In ~/.zshrc, behind compinit: eval "$(csl completion zsh)"
_csl_offer() {
  local -a found
  found=("\${@:2}")
  _describe "$1" found
}
_csl_ask() {
  local -a found
  local line
  for line in "\${(@f)$(command csl complete "$1" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${line/$'\\t'/:}")
  done
  _describe "$1" found
}
_csl() {
  local at='' i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
${children}    esac
  done
  case "$at \${words[CURRENT-1]}" in
${valueArms}  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    case "$at" in
${optionArms}    esac
    return
  fi
  case "$at" in
${freeArms}  esac
}
if [[ \${funcstack[1]} == _csl ]]; then
  _csl "$@"
else
  compdef _csl ${programs.join(' ')}
fi
`
}

function at({ path }: CommandSpec): string {
  return path.map(word => `/${word}`).join('')
}

function described({ flags, description }: OptionSpec): string[] {
  return flags.filter(flag => flag.startsWith('--')).map(flag => pair(flag, description))
}

/** A word and what it means; what parts the two may not stand in the word. */
function pair(word: string, description: string): string {
  return `${word.replaceAll(':', '\\:')}:${description}`
}

function offer(source: Source): string {
  switch (source.kind) {
    case 'words':
      return describe('value', source.words)
    case 'asked':
      return `_csl_ask ${source.what}`
    case 'files':
      return '_files'
    case 'folders':
      return '_files -/'
    case 'any':
      return ':'
    default:
      return source satisfies never
  }
}

function describe(what: string, list: readonly string[]): string {
  return `_csl_offer ${what} ${list.map(singleQuote).join(' ')}`
}
