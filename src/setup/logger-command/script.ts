import { singleQuote } from '../../base/shell-quote.ts'

/**
 * What the short command `logger` can begin with to be ours: the logbook, and what reads. Words that change more than an
 * entry (`setup`, `compact`, `restore`) are none of its.
 */
export const loggerWords = [
  ...['log', 'resolve', 'note', 'edit', 'delete', 'undelete', 'list', 'show', 'inbox', 'start-context'],
  ...['sync', 'usage', 'sessions', 'session', 'recent', 'machines'],
] as const

const mark = '# claude-session-logger: the short command "logger".'

export function isLoggerScript(text: string): boolean {
  return text.startsWith(`#!/bin/sh\n${mark}`)
}

/**
 * The command `logger`, beside `csl`. Unix has one of that name for syslog, and scripts rely on it. So a line is ours only if our
 * program says that all of it is (it looks at the words, and touches nothing else); whatever else, also where our program is
 * gone or broken, goes on to the next `logger` of PATH, as it came.
 */
export function loggerScript({ node, main }: { node: string; main: string }): string {
  return `#!/bin/sh
${mark} What is not, all of it, a command line of csl goes to the
# system's logger. Written by "csl setup --command logger"; changes are overwritten.
case "\${1-}" in
  ${loggerWords.join(' | ')})
    node=${singleQuote(node)}
    main=${singleQuote(main)}
    [ -x "$node" ] || node=$(command -v node) || node=
    [ -n "$node" ] && [ -f "$main" ] && "$node" "$main" as-logger "$@" </dev/null >/dev/null 2>&1 &&
      exec "$node" "$main" "$@" ;;
esac

# A copy of this script elsewhere is passed over: two would call each other for ever.
is_ours() {
  { IFS= read -r first && [ "$first" = '#!/bin/sh' ] && IFS= read -r second; } 2>/dev/null < "$1" || return 1
  case "$second" in '${mark}'*) return 0 ;; esac
  return 1
}
set -f
IFS=:
for folder in \${PATH-} /usr/bin /bin; do
  file=$folder/logger
  [ -n "$folder" ] && [ -f "$file" ] && [ -x "$file" ] && ! is_ours "$file" || continue
  unset IFS
  exec "$file" "$@"
done
echo 'logger: this system has no logger of its own' >&2
exit 127
`
}
