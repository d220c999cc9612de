import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { errorText, UserError } from '../../../base/errors.ts'

/**
 * Has a person write a text in an editor, whose command is read by a shell, as git does. The terminal is the editor's
 * meanwhile. Throws a UserError where that fails: the text is as it was.
 */
export function writeElsewhere(text: string, editor: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-note-'))
  const file = path.join(folder, 'note.md')
  // Ctrl-C is meant for the editor; what came meanwhile is handed to us a moment later.
  const passOver = () => undefined
  process.on('SIGINT', passOver)
  try {
    writeFileSync(file, text, { mode: 0o600 })
    const { error, status, signal } = spawnSync('/bin/sh', ['-c', `${editor} "$@"`, editor, file], {
      stdio: 'inherit',
    })
    const why = error ? errorText(error) : (signal ?? (status === 0 ? null : `exit code ${status}`))
    if (why !== null)
      throw new UserError(`the editor failed: ${editor} (${why})`, 'set EDITOR to one that is there')
    return readFileSync(file, 'utf8').replace(/\n$/, '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    setTimeout(() => process.off('SIGINT', passOver), 100).unref()
  }
}
