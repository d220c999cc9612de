import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import {
  type SearchQuestion,
  type SearchReport,
  searchTranscripts,
  type TextHit,
} from '../../src/transcripts/search.ts'
import type { TranscriptFile } from '../../src/transcripts/source.ts'
import { packageFolder } from './home.ts'
import { writeLines } from './ledger.ts'

export const searchWorkerUrl = pathToFileURL(path.join(packageFolder, 'dist/search-worker.mjs'))

/** The ways to search on this machine: always without ripgrep, and with it where it is installed. */
export const ways: readonly { way: string; ripgrep: string | null }[] = [
  { way: 'without ripgrep', ripgrep: null },
  ...(spawnSync('rg', ['--version']).status === 0 ? [{ way: 'with ripgrep', ripgrep: 'rg' }] : []),
]
if (ways.length === 1) console.log('not run: searching with ripgrep, which is not installed')

export interface Found extends SearchReport {
  readonly found: TextHit[]
}

/** Searches to the end. */
export async function search(
  files: readonly TranscriptFile[],
  terms: readonly string[],
  options: Partial<Omit<SearchQuestion, 'files'>> = {},
): Promise<Found> {
  const found: TextHit[] = []
  const report = await searchTranscripts({
    files: [files],
    terms,
    signal: new AbortController().signal,
    onHit: hit => found.push(hit),
    workerUrl: searchWorkerUrl,
    ripgrepFromBytes: 0,
    ...options,
  })
  return { ...report, found }
}

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-search-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A transcript in a folder. */
export function aTranscript(
  folder: string,
  name: string,
  lines: readonly (object | string)[],
): TranscriptFile {
  return theFile(writeLines(path.join(folder, name), lines))
}

export function theFile(file: string): TranscriptFile {
  const found = describeFile(file)
  if (!found) throw new Error(`${file} was not written`)
  return found
}
