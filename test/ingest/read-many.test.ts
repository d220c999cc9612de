import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type FailedFile, readMany } from '../../src/ingest/read-many.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import type { TranscriptFile } from '../../src/transcripts/source.ts'
import { packageFolder } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'

const workerUrl = pathToFileURL(path.join(packageFolder, 'dist/read-worker.mjs'))
const megabyte = 1 << 20

/** Transcripts of a megabyte each. */
function transcripts(count: number): TranscriptFile[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-read-many-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return Array.from({ length: count }, (_, n) => {
    const file = path.join(folder, `${uuidOf(n)}.jsonl`)
    const text = 'orchard '.repeat(megabyte / 8)
    writeFileSync(
      file,
      `${JSON.stringify(assistantLine(uuidOf(n), { content: [{ type: 'text', text }] }))}\n`,
    )
    const found = describeFile(file)
    if (!found) throw new Error(`${file} was not written`)
    return found
  })
}

test('threads read all files, whatever little may wait', async () => {
  const files = transcripts(24)
  const read: string[] = []
  const onFailed = (failed: FailedFile) => expect.fail(failed.why)

  const { signal } = new AbortController()
  for await (const { file } of readMany(files, { workerUrl, signal, onFailed, readyBytes: 0 })) {
    read.push(file.path)
  }

  expect(read.sort()).toEqual(files.map(file => file.path).sort())
})

test('threads do not read on while nobody takes what they have read', async () => {
  const files = transcripts(40)
  const failed: FailedFile[] = []
  const onFailed = (miss: FailedFile) => failed.push(miss)
  const { signal } = new AbortController()
  let read = 0

  for await (const _ of readMany(files, { workerUrl, signal, onFailed, readyBytes: 2 * megabyte })) {
    if (read++ > 0) continue
    // As while another process holds the database. What is not read by then is gone, and fails.
    await sleep(2000)
    for (const { path: file } of files) rmSync(file)
  }

  expect(read + failed.length).toBe(files.length)
  // Two and a bit wait; at most four threads have three each at hand.
  expect(failed.length).toBeGreaterThanOrEqual(files.length - 4 - 4 * 3)
})
