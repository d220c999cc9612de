import { statSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { readTextIfThere, writeFileAtomic } from '../base/files.ts'
import { agentLabel } from '../base/launch-agent.ts'
import type { Paths } from '../base/paths.ts'
import { singleQuote } from '../base/shell-quote.ts'

/** How often another process goes on where the one before ran out of time. */
const successors = 8

/**
 * The script that hooks call. Its words:
 *
 * - `record`, or none: makes the payload durable before it looks for Node (64 hooks at once: the last job is safe after about a
 *   second; with Node writing them half would come too late), and starts Node only if nobody else is working the spool off.
 *   That is done apart: nobody waits for it, but for a moment after `/clear`. Node is ended 950 ms after its start whatever holds
 *   it up, and a successor goes on with the jobs that are left.
 * - `start`: shows the last sessions and the inbox, and leaves `behind` behind it
 * - `kick`: starts a sync that nobody waits for, if there is a remote and none was begun just now
 * - `drain`, `behind`: how this script starts itself
 * - others: a command of the program
 *
 * The exit code of hooks is always 0. When they last ran is told by the times of `hook.sh.started` and `hook.sh.ended`.
 */
export function hookShimText(options: ShimTarget & { readonly home: string }): string {
  return `#!/bin/sh
# claude-session-logger: what Claude Code's hooks call. Written by "csl setup" and "csl init"; changes are overwritten.
umask 077
home=${singleQuote(options.home)}
# As the program reads it; a relative folder would depend on where a session happens to run.
case "\${CLAUDE_LOGGER_HOME:-}" in
  /*) home=$CLAUDE_LOGGER_HOME ;;
  '~/'*) home=$HOME/\${CLAUDE_LOGGER_HOME#'~/'} ;;
esac
CLAUDE_LOGGER_HOME=$home
export CLAUDE_LOGGER_HOME
node=${singleQuote(options.node)}
main=${singleQuote(options.main)}
[ -x "$node" ] || node=$(command -v node) || node=
[ -n "$node" ] && [ -f "$main" ] || main=

# Starts what outlives this script.
apart() {
  own=nohup
  command -v setsid >/dev/null 2>&1 && own=setsid
  "$own" "$@" </dev/null >/dev/null 2>&1 &
}

# A sync, if there is a remote and none was begun in the last minutes; pauses after failures are for the program to keep.
kick() {
  case " $* " in *' --local '*) return ;; esac
  [ -f "$home/settings.json" ] && grep -q '"url"' "$home/settings.json" || return
  [ -z "$(find "$home/hook.sh.kicked" -mmin -3 2>/dev/null)" ] || return
  true > "$home/hook.sh.kicked" || return
  command -v launchctl >/dev/null 2>&1 &&
    launchctl kickstart "gui/$(id -u)/${agentLabel}" >/dev/null 2>&1 && return
  apart nice -n 19 "$node" "$main" sync --auto
}

case "\${1:-record}" in
  # A Claude Code that a hook of ours started would start us, and so on; its session is recorded by who comes next.
  start | record | kick)
    [ -z "\${CLAUDE_LOGGER_HOOK:-}" ] || exit 0
    CLAUDE_LOGGER_HOOK=1
    export CLAUDE_LOGGER_HOOK ;;
esac

case "\${1:-record}" in
  record | drain) ;;
  start)
    true 2>/dev/null > "$home/hook.sh.started" && [ -n "$main" ] || exit 0
    payload=
    [ -t 0 ] || IFS= read -r payload
    # Not within a session, which was told already.
    case "$payload" in *'"source":"compact"'*) exit 0 ;; esac
    apart nice -n 19 /bin/sh "$0" behind "$@"
    # Nobody reads what a session without a terminal is told.
    case "\${CLAUDE_CODE_ENTRYPOINT:-}" in sdk*) exit 0 ;; esac
    exec "$node" "$main" session-start </dev/null 2>/dev/null ;;
  behind)
    # The start of the session comes first.
    sleep 1
    "$node" "$main" catch-up
    kick "$@"
    exit 0 ;;
  kick)
    [ -n "$main" ] && kick "$@" 2>/dev/null
    exit 0 ;;
  *)
    [ -n "$main" ] || exit 0
    exec "$node" "$main" "$@" ;;
esac

spool=$home/spool
lock=$spool/drain.lock
[ -d "$spool" ] || mkdir -p "$spool" 2>/dev/null || exit 0

# Whether somebody alive is working the spool off: who does looks once more before leaving.
isWorkedOff() {
  [ -f "$lock" ] || return 1
  read -r pid 2>/dev/null < "$lock"
  # A lock older than a minute is nobody's, even if its number is somebody's by now.
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ -z "$(find "$lock" -mmin +1 2>/dev/null)" ] && return
  rm -f "$lock"
  return 1
}

if [ "\${1:-}" != drain ]; then
  job=$(mktemp "$spool/.job.XXXXXXXXXX") || exit 0
  cat > "$job" && mv "$job" "$spool/\${job##*/.}.json" || exit 0
  true > "$home/hook.sh.ended"
  [ -n "$main" ] && ! isWorkedOff || exit 0
  apart /bin/sh "$0" drain 0
  worker=$!
  # Nobody is kept from leaving. But after /clear the next session starts at once: mostly all is recorded in a moment, and the
  # database is free again for what that one is to show.
  payload=
  read -r payload 2>/dev/null < "$spool/\${job##*/.}.json"
  case "$payload" in *'"reason":"clear"'*) ;; *) exit 0 ;; esac
  trap 'exit 0' ALRM
  (sleep 0.25; kill -ALRM $$) </dev/null >/dev/null 2>&1 &
  watch=$!
  wait "$worker" 2>/dev/null
  kill "$watch" 2>/dev/null
  exit 0
fi

[ -n "$main" ] && ! isWorkedOff || exit 0
(set -C; echo $$ > "$lock") 2>/dev/null || exit 0

"$node" "$main" record --no-sync --spooled </dev/null >/dev/null 2>&1 &
pid=$!
echo "$pid" > "$lock"
(sleep 0.95; kill -9 "$pid") >/dev/null 2>&1 &
watch=$!
wait "$pid" 2>/dev/null
kill "$watch" 2>/dev/null

# Jobs that its time did not allow are for a successor; those that cannot be done now wait.
round=\${2:-0}
set -- "$spool"/*.json
[ -e "$1" ] && [ "$round" -lt ${successors} ] && apart /bin/sh "$0" drain $((round + 1))
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
