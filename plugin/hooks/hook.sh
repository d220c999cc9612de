#!/bin/sh
# What the plugin's hooks call: the script that csl keeps in its data folder. Where csl setup has put hooks into the settings
# of Claude Code, those do the work, and this does nothing: no session is recorded, and no banner shown, twice.
event=${1:-}
root=${CLAUDE_CONFIG_DIR:-$HOME/.claude}
root=${root%%,*}
case $root in '~/'*) root=$HOME/${root#'~/'} ;; esac
home=${CLAUDE_LOGGER_HOME:-$root/claude-session-logger}
case $home in '~/'*) home=$HOME/${home#'~/'} ;; esac
script=$home/hook.sh

case $event in
  start) word=start ;;
  end) word=record ;;
  *) exit 0 ;;
esac
grep -qF "${home##*/}/hook.sh' $word" "$root/settings.json" 2>/dev/null && exit 0

if [ ! -f "$script" ]; then
  if ! command -v csl >/dev/null 2>&1; then
    [ "$event" = start ] && printf '%s\n' \
      '{"systemMessage":"The plugin claude-session-logger needs csl: npm install -g claude-session-logger","suppressOutput":true}'
    exit 0
  fi
  csl init </dev/null >/dev/null 2>&1 || exit 0
fi

if [ "$event" = start ]; then
  exec /bin/sh "$script" start
fi
/bin/sh "$script" record --no-sync
exec /bin/sh "$script" kick </dev/null
