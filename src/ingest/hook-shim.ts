import { statSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { readTextIfThere, writeFileAtomic } from '../base/files.ts'
import type { Paths } from '../base/paths.ts'
import { singleQuote } from '../base/shell-quote.ts'

/** How often another process goes on where the one before ran out of time. */
const successors = 8

/**
 * The script that hooks call. It makes the payload durable before it looks for Node (64 hooks at once: the last job
 * is safe after about a second; with Node writing them half would come too late), and starts Node only if nobody else
 * is working the spool off. Node is ended 950 ms after its start whatever holds it up, and a detached successor goes on
 * with the jobs that are left; the exit code is always 0.
 */
export function hookShimText(options: ShimTarget & { readonly home: string }): string {
  return `#!/bin/sh
# claude-session-logger: what Claude Code's hooks call. Written by "csl init"; changes are overwritten.
umask 077
home=${singleQuote(options.home)}
# As the program reads it; a relative folder would depend on where a session happens to run.
case "\${CLAUDE_LOGGER_HOME:-}" in
  /*) home=$CLAUDE_LOGGER_HOME ;;
  '~/'*) home=$HOME/\${CLAUDE_LOGGER_HOME#'~/'} ;;
esac
node=${singleQuote(options.node)}
main=${singleQuote(options.main)}
[ -x "$node" ] || node=$(command -v node) || node=
[ -n "$node" ] && [ -f "$main" ] || main=

# Other words than "record" are a command of ours that only shows something; "drain" is a successor of this script.
if [ $# -gt 0 ] && [ "$1" != record ] && [ "$1" != drain ]; then
  [ -n "$main" ] || exit 0
  CLAUDE_LOGGER_HOME=$home exec "$node" "$main" "$@"
fi

spool=$home/spool
lock=$spool/drain.lock
[ -d "$spool" ] || mkdir -p "$spool" 2>/dev/null || exit 0
round=0
if [ "\${1:-}" = drain ]; then
  round=\${2:-0}
else
  job=$(mktemp "$spool/.job.XXXXXXXXXX") || exit 0
  cat > "$job" && mv "$job" "$spool/\${job##*/.}.json" || exit 0
fi

[ -n "$main" ] || exit 0
# Somebody alive is at it already and looks once more before leaving.
if [ -f "$lock" ]; then
  read -r pid 2>/dev/null < "$lock"
  # A lock older than a minute is nobody's, even if its number is somebody's by now.
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ -z "$(find "$lock" -mmin +1 2>/dev/null)" ] && exit 0
  rm -f "$lock"
fi
(set -C; echo $$ > "$lock") 2>/dev/null || exit 0

CLAUDE_LOGGER_HOME=$home "$node" "$main" record --no-sync --spooled </dev/null >/dev/null 2>&1 &
pid=$!
echo "$pid" > "$lock"
(sleep 0.95; kill -9 "$pid") >/dev/null 2>&1 &
watch=$!
wait "$pid" 2>/dev/null
kill "$watch" 2>/dev/null

# Jobs that its time did not allow are for a successor, which outlives this hook; those that cannot be done now wait.
set -- "$spool"/*.json
if [ -e "$1" ] && [ "$round" -lt ${successors} ]; then
  detach=nohup
  command -v setsid >/dev/null 2>&1 && detach=setsid
  "$detach" /bin/sh "$0" drain $((round + 1)) </dev/null >/dev/null 2>&1 &
fi
exit 0
`
}

/** What a shim calls. */
export interface ShimTarget {
  readonly node: string
  readonly main: string
}

/** Whether the shim is there, calls this installation, and can be started: a kill can come before it may. */
export function isHookShimWhole({ home, hookShim }: Paths, target: ShimTarget): boolean {
  const mode = statSync(hookShim, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & 0o777) === 0o700 && readTextIfThere(hookShim) === hookShimText({ home, ...target })
}

/** Writes the shim for this installation where it is missing, another one's or not whole. */
export async function writeHookShim(paths: Paths, target: ShimTarget): Promise<void> {
  if (isHookShimWhole(paths, target)) return
  await writeFileAtomic(paths.hookShim, hookShimText({ home: paths.home, ...target }))
  await chmod(paths.hookShim, 0o700)
}
