import type { CommandSpec, OptionSpec, Source } from './spec.ts'

/** A completion script for fish. Commands and options stand in it, so that Tab starts nothing; what was typed is never run. */
export function fishScript(specs: readonly CommandSpec[], programs: readonly string[]): string {
  const [first = 'csl', ...others] = programs
  const children = specs.flatMap(spec =>
    spec.commands.flatMap(({ names }) =>
      names.map(name => {
        const place = quoted(`${at(spec)}/${name}`)
        return `            case ${place}\n                set at ${place}\n`
      }),
    ),
  )
  const lines = specs.flatMap(spec => {
    const where = `complete -c ${first} -n ${quoted(`__csl_is ${quoted(at(spec))}`)}`
    return [
      ...spec.commands.flatMap(({ names, description }) =>
        names.map(name => `${where} -a ${quoted(name)} -d ${quoted(description)}`),
      ),
      ...(spec.commands.length === 0 && spec.argument ? [`${where} ${free(spec.argument)}`] : []),
      ...spec.options.map(option => `${where} ${flagsOf(option)} -d ${quoted(option.description)}`),
    ]
  })
  return `# Completion of csl for fish. In ~/.config/fish/config.fish: csl completion fish | source
function __csl_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at/$word"
${children.join('')}        end
    end
    echo $at
end
function __csl_is
    set -l at (__csl_at)
    test "$at" = "$argv[1]"
end
complete -c ${first} -f
${lines.map(line => `${line.trimEnd()}\n`).join('')}${others.map(name => `complete -c ${name} -w ${first}\n`).join('')}`
}

function at({ path }: CommandSpec): string {
  return path.map(word => `/${word}`).join('')
}

function flagsOf({ flags, value }: OptionSpec): string {
  const names = flags.map(flag => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  return value === null ? names.join(' ') : `${names.join(' ')} -r ${free(value)}`.trimEnd()
}

function free(source: Source): string {
  switch (source.kind) {
    case 'words':
      return `-a ${quoted(source.words.join(' '))}`
    case 'asked':
      return `-a ${quoted(`(command csl complete ${source.what} 2>/dev/null)`)}`
    case 'files':
    case 'folders':
      return '-F'
    case 'any':
      return ''
    default:
      return source satisfies never
  }
}

/** Text as one word of fish. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
