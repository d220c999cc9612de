import { singleQuote } from '../../base/shell-quote.ts'
import type { CommandSpec, Source } from './spec.ts'

/**
 * A completion script for bash, 3.2 (macOS) and later, without the package bash-completion. Commands and options stand in it, so
 * that Tab starts nothing; what was typed is never run.
 */
export function bashScript(specs: readonly CommandSpec[], programs: readonly string[]): string {
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
  const optionArms = arms(spec => [
    [at(spec), offerWords(spec.options.flatMap(({ flags }) => flags.filter(flag => flag.startsWith('--'))))],
  ])
  const freeArms = arms(spec => {
    if (spec.commands.length > 0) return [[at(spec), offerWords(spec.commands.flatMap(({ names }) => names))]]
    return spec.argument ? [[at(spec), offer(spec.argument)]] : []
  })
  return `# Completion of csl for bash 3.2 and later. In ~/.bashrc: eval "$(csl completion bash)"
_csl_words() {
  local line
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <(compgen -W "$1" -- "$cur")
}
_csl_files() {
  local line
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null || :
}
_csl_ask() {
  _csl_words "$(command csl complete "$1" 2>/dev/null | cut -f 1)"
}
_csl() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at= i=1
  COMPREPLY=()
  while [ "$i" -lt "$COMP_CWORD" ]; do
    case "$at/\${COMP_WORDS[i]}" in
${children}    esac
    i=$((i + 1))
  done
  case "$at $prev" in
${valueArms}  esac
  case "$cur" in
    -*)
      case "$at" in
${optionArms}      esac
      return ;;
  esac
  case "$at" in
${freeArms}  esac
}
complete -F _csl ${programs.join(' ')}
`
}

/** Where a command stands: `/remote/add`; the program: nothing. */
function at({ path }: CommandSpec): string {
  return path.map(word => `/${word}`).join('')
}

function offer(source: Source): string {
  switch (source.kind) {
    case 'words':
      return offerWords(source.words)
    case 'asked':
      return `_csl_ask ${source.what}`
    case 'files':
      return '_csl_files -f'
    case 'folders':
      return '_csl_files -d'
    case 'any':
      return ':'
    default:
      return source satisfies never
  }
}

function offerWords(words: readonly string[]): string {
  return `_csl_words ${singleQuote(words.join(' '))}`
}
