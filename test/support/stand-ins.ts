import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Programs of the system that a test must not really call: scripts in a folder to be put first on PATH. */
export interface StandIns {
  /** The folder they lie in. */
  readonly bin: string
  /** Adds one: the body of a script; what it was called with is noted before. */
  add(name: string, body: string): void
  /** The calls so far, a line each: `launchctl bootout gui/0/x`. */
  calls(): string[]
}

export function makeStandIns(folder: string): StandIns {
  const bin = path.join(folder, 'bin')
  const log = path.join(folder, 'calls.txt')
  mkdirSync(bin, { recursive: true })
  appendFileSync(log, '')
  return {
    bin,
    add(name, body) {
      const file = path.join(bin, name)
      writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${log}'\n${body}\n`)
      chmodSync(file, 0o755)
    },
    calls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
  }
}

/** A crontab that is a file; answers how to read it (undefined: there is none). Takes no text whose last line has no end, as cron. */
export function addCrontab(standIns: StandIns): () => string | undefined {
  const file = path.join(standIns.bin, '../crontab.txt')
  standIns.add(
    'crontab',
    `table='${file}'
case "$1" in
  -l) [ -f "$table" ] || { echo "no crontab for ada" >&2; exit 1; }; cat "$table" ;;
  -r) rm "$table" ;;
  *) cat "$1" > "$table.new"
     [ -z "$(tail -c 1 "$table.new")" ] || { echo "missing newline before EOF, can't install." >&2; exit 1; }
     mv "$table.new" "$table" ;;
esac`,
  )
  return () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
}
