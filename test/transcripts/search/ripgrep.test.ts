import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { filesWith, isRipgrep } from '../../../src/transcripts/search/ripgrep.ts'
import { aFolder } from '../../support/search.ts'

const { signal } = new AbortController()

/** A program that is asked as ripgrep would be; `"$@"` ends with the files. */
function aCommand(script: string): string {
  const file = path.join(aFolder(), 'rg')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

/** The files that are kept, in the order of the answers. */
async function kept(
  command: string,
  paths: readonly string[] = ['/p/one', '/p/two', '/p/three'],
): Promise<string[]> {
  const found: string[] = []
  for await (const part of filesWith('pear', inParts(paths), { command, signal }))
    found.push(...part.map(file => file.path))
  return found
}

async function* inParts(paths: readonly string[]) {
  const files = paths.map(name => ({ tool: 'claude-code', path: name }))
  for (let at = 0; at < files.length; at += 100) yield files.slice(at, at + 100)
}

test('files that are not named are left out', async () => {
  expect(await kept(aCommand('echo /p/two'))).toEqual(['/p/two'])
  expect(await kept(aCommand('exit 1'))).toEqual([])
})

test('a file that could not be read is kept, the others that are not named are not', async () => {
  const command = aCommand("echo /p/two; echo '/p/three: Permission denied (os error 13)' >&2; exit 2")

  expect(await kept(command)).toEqual(['/p/two', '/p/three'])
})

test.each([
  { what: 'an error that names no file', script: 'echo /p/two; echo "regex parse error" >&2; exit 2' },
  { what: 'a sudden end', script: 'echo /p/two; kill -9 $$' },
  { what: 'a line that is no file of ours', script: 'echo /p/two; echo Welcome' },
  { what: 'a line without an end', script: 'echo /p/two; printf /p/th' },
  { what: 'an exit code that nobody knows', script: 'echo /p/two; exit 7' },
])('after $what all files are kept', async ({ script }) => {
  expect((await kept(aCommand(script))).sort()).toEqual(['/p/one', '/p/three', '/p/two'])
})

test('a command that is not there rules nothing out', async () => {
  expect(await kept('/nowhere/rg')).toEqual(['/p/one', '/p/two', '/p/three'])
})

test('a file whose name can’t be answered on a line is kept unasked', async () => {
  expect(await kept(aCommand('exit 1'), ['/p/a\nb', '/p/c', '/p/d\ufffd'])).toEqual(['/p/a\nb', '/p/d\ufffd'])
})

test('many files are asked for in parts, none twice, the newest last, where ripgrep begins', async () => {
  const paths = Array.from({ length: 9000 }, (_, n) => `/p/${'x'.repeat(100)}${n}`)
  const log = path.join(aFolder(), 'parts')
  const command = aCommand(
    `for file in "$@"; do case $file in /*) echo "$file"; last=$file;; esac; done; echo "$last" >> '${log}'`,
  )

  const found = await kept(command, paths)

  const lasts = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  expect(found.sort()).toEqual([...paths].sort())
  expect(lasts[0]).toBe(paths[0])
  expect(lasts.length).toBeGreaterThan(3)
  expect(lasts.map(last => paths.indexOf(last))).toEqual(
    lasts.map(last => paths.indexOf(last)).sort((a, b) => a - b),
  )
})

test('another program of that name, and one of old, is not asked', async () => {
  expect(await isRipgrep(aCommand('echo "ripgrep 14.1.0 (rev e50df40a19)"'), signal)).toBe(true)
  expect(await isRipgrep(aCommand('echo "ripgrep 11.0.2"'), signal)).toBe(false)
  expect(await isRipgrep(aCommand('echo "rg: Rails generator 14.0"'), signal)).toBe(false)
  expect(await isRipgrep('/nowhere/rg', signal)).toBe(false)
})
