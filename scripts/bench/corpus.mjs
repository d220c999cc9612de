// Transcripts to measure with: ../shared/tools/make-corpus.mjs where it is, else our own small generator.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const maker = path.resolve(root, '../shared/tools/make-corpus.mjs')

/** A Claude root of about `megabytes`. Answers what made it. */
export async function makeCorpus(folder, megabytes) {
  if (existsSync(maker)) {
    const preset = megabytes > 50 ? 'full' : 'small'
    const args = [maker, '--out', folder, '--preset', preset, '--target-mb', String(megabytes), '--quiet']
    const result = spawnSync(process.execPath, args, { stdio: 'inherit' })
    if (result.status !== 0) throw new Error('make-corpus failed')
    return 'make-corpus'
  }
  const { writeDemoHome } = await import(path.join(root, 'src/ingest/demo.ts')).catch(() => ({}))
  if (!writeDemoHome) return smallCorpus(folder, megabytes)
  await writeDemoHome(folder, { sessions: 400, nowMs: Date.now(), targetBytes: megabytes * 1e6 })
  return 'own generator'
}

/** Many sessions of one size, written by hand: for a Node that cannot load our TypeScript. */
function smallCorpus(folder, megabytes) {
  const sessions = Math.max(4, Math.round(megabytes / 5))
  for (let n = 0; n < sessions; n++) {
    writeSession(path.join(folder, 'projects', `-bench-${n % 12}`), n, (megabytes / sessions) * 1e6)
  }
  return 'own generator'
}

/** One session file of about `bytes`. Answers its path. */
export function writeSession(folder, n, bytes) {
  const sessionId = `${(n + 1).toString(16).padStart(8, '0')}-0000-4000-8000-${Date.now().toString(16).padStart(12, '0')}`
  const lines = []
  const perMessage = 14_000
  for (let i = 0; i * perMessage < bytes; i++) {
    const at = new Date(Date.UTC(2026, 8, 1) + (n * 3600 + i * 20) * 1000).toISOString()
    const common = {
      sessionId,
      timestamp: at,
      cwd: '/home/dev/bench',
      version: '2.1.300',
      gitBranch: 'main',
      isSidechain: false,
    }
    const uuid = `${n.toString(16).padStart(8, '0')}-${i.toString(16).padStart(4, '0')}-4000-8000-000000000000`
    const id = `msg_01${(n * 100000 + i).toString(36).padStart(22, 'Z')}`
    lines.push(
      JSON.stringify({
        type: 'user',
        uuid,
        ...common,
        message: { role: 'user', content: 'work '.repeat(1200) },
      }),
    )
    const usage = {
      input_tokens: 10,
      output_tokens: 200,
      cache_read_input_tokens: 5000 + i,
      cache_creation_input_tokens: 100,
    }
    const message = { id, role: 'assistant', model: 'claude-opus-4-8', stop_reason: 'end_turn', usage }
    const content = [{ type: 'text', text: 'done '.repeat(1400) }]
    lines.push(
      JSON.stringify({
        type: 'assistant',
        uuid: `a${uuid.slice(1)}`,
        ...common,
        message: { ...message, content },
      }),
    )
  }
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${sessionId}.jsonl`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** All transcripts below a root, with their size in bytes. */
export function transcriptsIn(folder) {
  const files = readdirSync(path.join(folder, 'projects'), { recursive: true })
    .filter(name => name.endsWith('.jsonl'))
    .map(name => path.join(folder, 'projects', name))
  return { files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) }
}

/** Ground truth of a corpus of make-corpus, or null. */
export function truthOf(folder) {
  const file = path.join(folder, 'ground-truth.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
