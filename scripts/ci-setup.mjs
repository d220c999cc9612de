// The installed program, from setup to uninstall, in the home that HOME names: `node scripts/ci-setup.mjs`. One session is recorded by
// the hook as setup wrote it; afterwards every file is as it was, to the byte. The crontab is left alone: it is not in the home.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const home = process.env.HOME
const root = path.join(home, '.claude')
const settings = path.join(root, 'settings.json')
const session = '33333333-0000-4000-8000-000000000003'
const transcript = path.join(root, `projects/-home-dev-orchard/${session}.jsonl`)

/** Every file, link and folder of the home: mode and content. */
function look() {
  const lines = readdirSync(home, { recursive: true, withFileTypes: true }).map(entry => {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) return `${file} -> ${readlinkSync(file)}`
    const content = entry.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'folder'
    return `${file} ${(statSync(file).mode & 0o7777).toString(8)} ${content}`
  })
  return lines.sort()
}

function csl(...words) {
  console.log(`\n$ csl ${words.join(' ')}`)
  const text = execFileSync('csl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  process.stdout.write(text)
  return text
}

function expectSame(what, got, wanted) {
  const [one, other] = [got, wanted].map(value => JSON.stringify(value, null, 1))
  if (one !== other) throw new Error(`${what}: ${one}, not ${other}`)
}

mkdirSync(path.dirname(transcript), { recursive: true })
writeFileSync(
  settings,
  '{"model":"opus",\r\n\t"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}',
)
writeFileSync(path.join(root, 'CLAUDE.md'), '# Mine')
const line = {
  type: 'assistant',
  uuid: session,
  sessionId: session,
  timestamp: new Date().toISOString(),
  cwd: home,
  version: '2.1.300',
  message: {
    id: 'msg_01setup',
    role: 'assistant',
    model: 'claude-opus-4-8',
    content: [],
    stop_reason: 'end_turn',
    usage: { input_tokens: 100, output_tokens: 10 },
  },
}
const before = look()

csl('setup', '--yes', '--no-background', '--label', 'ci')
const again = csl('setup', '--yes', '--no-background')
if (!again.includes('nothing to do')) throw new Error('csl setup has something to do a second time')
execFileSync('claude-session-logger-setup', ['--dry-run', '--no-background'], { stdio: 'inherit' })

// A session ends: its hook, as Claude Code starts it.
writeFileSync(transcript, `${JSON.stringify(line)}\n`)
const hooks = JSON.parse(readFileSync(settings, 'utf8')).hooks.SessionEnd.flatMap(group => group.hooks)
const input = JSON.stringify({
  hook_event_name: 'SessionEnd',
  session_id: session,
  transcript_path: transcript,
  cwd: home,
  reason: 'other',
})
for (const { command } of hooks) {
  const ran = spawnSync('/bin/sh', ['-c', command], { input, encoding: 'utf8' })
  expectSame('the hook', [ran.status, ran.stdout, ran.stderr], [0, '', ''])
}
const rows = csl('sql', 'SELECT session_id FROM sessions', '--json')
if (!rows.includes(session)) throw new Error('the hook recorded nothing')
// Ends with 1 where there is a problem, which throws.
const { checks } = JSON.parse(csl('doctor', '--json'))
expectSame(
  'what csl doctor finds',
  ['database', 'hooks', 'hook script', 'setup'].map(
    name => checks.find(({ check }) => check === name)?.state,
  ),
  ['ok', 'ok', 'ok', 'ok'],
)
csl('restore', csl('backup').trim(), '--yes')
csl('compact')

csl('doctor')
csl('setup', '--uninstall', '--yes')
csl('setup', '--uninstall', '--yes', '--delete-data')
const hash = createHash('sha256').update(readFileSync(transcript)).digest('hex')
expectSame(
  'the home after uninstall',
  look().filter(text => !text.includes(hash)),
  before,
)
console.log('\nafter setup and uninstall every file is as it was: right')
