// What searching transcripts takes, beside ripgrep over the same files. `bench`: what run.mjs gives every part.
import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { makeCorpus, transcriptsIn } from './corpus.mjs'
import { childrenCpuMs, median } from './measure.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const worker = path.join(root, 'dist/search-worker.mjs')
const runner = path.join(import.meta.dirname, 'search-once.mjs')

const rareWord = 'quincequandary'
/** A rare word stands in one of so many sessions. */
const rarity = 100

/** First hit, whole search and memory, with ripgrep and without; paired with ripgrep's own time. */
export async function search({ folder, isQuick, say }) {
  const claude = path.join(folder, 'search')
  const { files, bytes } = await manyTranscripts(claude, isQuick ? 300e6 : 5e9)
  const program = path.join(folder, 'search.mjs')
  await bundle(program)
  console.log(`searching ${(bytes / 1e9).toFixed(1)} GB in ${files.length} transcripts`)
  const hasRipgrep = spawnSync('rg', ['--version']).status === 0
  if (!hasRipgrep) console.log('ripgrep is not installed: not compared, and not searched with')
  const terms = [
    { name: 'a rare word', term: rareWord, isText: true },
    { name: 'a frequent word', term: frequentWord(files), isText: true },
    { name: 'a word that does not occur', term: 'zyxwvutsrq', isText: true },
    { name: 'the name of a field, which is no text', term: 'parentUuid', isText: false },
  ]
  const ways = [
    ...(hasRipgrep ? [{ way: 'with ripgrep', command: 'rg', goal: 1.5 }] : []),
    { way: 'without ripgrep', command: '-', goal: 4 },
  ]
  const peaks = []
  for (const { name, term, isText } of terms) {
    // The first turn warms the file cache.
    const turns = Array.from({ length: (isQuick ? 3 : 5) + 1 }, () => ({
      rival: hasRipgrep ? askRipgrep(claude, term) : undefined,
      ours: ways.map(({ command }) => searchOnce({ program, claude, command, term })),
    })).slice(1)
    for (const [i, { way, goal }] of ways.entries()) {
      const figure = of => median(turns.map(({ ours, rival }) => of(ours[i], rival)))
      const ms = figure(run => run.ms)
      const { hits, firstMs } = turns[0].ours[i]
      // Where little is searched, starting threads is all there is.
      const ifFull = limit => (isQuick || !isText ? undefined : limit)
      if (firstMs !== null)
        say(
          `${name}, first hit, ${way}`,
          figure(run => run.firstMs),
          'ms',
          ifFull(500),
        )
      const turn = `longest turn of the main thread ${figure(run => run.turnMs).toFixed(0)} ms`
      if (hasRipgrep) {
        const theirs = figure((_, rival) => rival.ms).toFixed(0)
        const cpu = figure((run, rival) => run.cpuMs / rival.cpuMs).toFixed(2)
        const note = `${ms.toFixed(0)} ms / ${theirs} ms, ${cpu} × its CPU time; ${hits} sessions, ${turn}`
        say(
          `${name}, ${way}`,
          figure((run, rival) => run.ms / rival.ms),
          '× ripgrep',
          ifFull(goal),
          note,
        )
      } else say(`${name}, ${way}`, ms, 'ms', undefined, `${hits} sessions, ${turn}`)
      peaks.push(figure(run => run.peakMb))
    }
  }
  if (peaks[0] !== null) say('peak memory of searching', Math.max(...peaks), 'MB', 300)
  rmSync(claude, { recursive: true, force: true })
}

function searchOnce({ program, claude, command, term }) {
  const result = spawnSync(process.execPath, [runner, program, worker, claude, command, term])
  if (result.status !== 0) throw new Error(String(result.stderr))
  return JSON.parse(String(result.stdout))
}

/** ripgrep's own search of the same files. */
function askRipgrep(claude, term) {
  const args = ['--no-config', '-a', '-c', '-i', '-F', '--no-ignore', '-g', '*.jsonl', '-e', term, claude]
  const cpuBefore = childrenCpuMs()
  const started = performance.now()
  const { status, stderr } = spawnSync('rg', args, { maxBuffer: 1 << 28 })
  const ms = performance.now() - started
  if (status > 1) throw new Error(String(stderr))
  return { ms, cpuMs: childrenCpuMs() - cpuBefore }
}

/** A corpus, and copies of it as other sessions, until there is so much. Answers its transcripts. */
async function manyTranscripts(claude, bytes) {
  await makeCorpus(claude, Math.min(392, bytes / 2e6))
  const first = transcriptsIn(claude)
  for (let copy = 1; copy * first.bytes < bytes * 0.95; copy++) {
    for (const file of first.files) {
      const place = path
        .relative(claude, file)
        .replace(/[0-9a-f]{8}(?=(-[0-9a-f]{4}){3}-)/, id => renamed(id, copy))
      mkdirSync(path.join(claude, path.dirname(place)), { recursive: true })
      copyFileSync(file, path.join(claude, place))
    }
  }
  const { files } = transcriptsIn(claude)
  files.forEach((file, n) => {
    if (n % rarity === rarity / 2) appendFileSync(file, `${JSON.stringify(lineWith(rareWord))}\n`)
    // In an order of their own.
    const at = 1.7e9 + ((n * 7919) % files.length)
    utimesSync(file, at, at)
  })
  return transcriptsIn(claude)
}

function renamed(id, copy) {
  return ((Number.parseInt(id, 16) + copy * 0x01000193) >>> 0).toString(16).padStart(8, '0')
}

function lineWith(word) {
  return {
    type: 'user',
    timestamp: '2026-10-01T10:00:00.000Z',
    message: { role: 'user', content: `Solve the ${word}` },
  }
}

/** A word of the texts: those of the corpus are made of some hundred. */
function frequentWord(files) {
  const text = files
    .slice(0, 20)
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
  return ['release', 'staging', 'work'].find(word => text.includes(` ${word} `)) ?? 'done'
}

/** What is searched with, from source: in the program it is a part of the screens. */
async function bundle(file) {
  const program = await rolldown({ input: path.join(root, 'src/transcripts/search.ts'), platform: 'node' })
  await program.write({ file, format: 'esm' })
  await program.close()
}
