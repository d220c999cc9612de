/** One to three real lines of every command, for its help: what to type, and what it does where the line does not say. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  backfill: ['csl backfill'],
  record: [
    'csl record --transcript ~/.claude/projects/-home-me-shop/052c6b4d-6a0e-4c86-9f8b-3f2f6e0f5d11.jsonl',
  ],
  usage: [
    'csl usage                                # by day, the last 30 days',
    'csl usage month --all --timezone Europe/Berlin',
    'csl usage model --project orchard --since 2026-11 --json',
  ],
  sessions: ['csl sessions --search "rename" --limit 10', 'csl sessions --since yesterday --model opus'],
  resume: ['csl resume 052c6b4d'],
  session: [
    'csl session 052c6b4d',
    'csl session 052c6b4d --star --tag money --name "Refunds"',
    'csl session 052c6b4d --delete            # only hides it',
  ],
  view: ['csl view 052c6b4d', 'csl view 052c6b4d --md > session.md'],
  recent: ['csl recent --limit 10'],
  prices: ['csl prices'],
  classify: [
    'csl classify                             # applies changed rules to all',
    'csl classify 052c6b4d',
  ],
  sql: ['csl sql "SELECT model, sum(cost_usd) FROM usage GROUP BY model" --csv', 'csl sql "SHOW TABLES"'],
  init: ['csl init --label "work laptop"'],
  log: [
    'csl log --category issue --title "Staging double-counts refunds" --tag money',
    'csl log --category decision --title "Amounts are whole cents" --body "Seen in order 1041."',
    'git log -1 --format=%B | csl log --category note --title "Why" --body -',
  ],
  resolve: [
    'csl resolve 8ecd6b71 --note "The worker ran twice."',
    'csl resolve --title-match "staging refunds" --status in_progress',
  ],
  note: ['csl note 8ecd6b71 "Seen again on Monday."'],
  edit: ['csl edit 8ecd6b71 --title "Refunds are counted twice" --tag billing'],
  delete: ['csl delete 8ecd6b71'],
  undelete: ['csl undelete 8ecd6b71'],
  list: ['csl list --open', 'csl list --all-projects --category decision --search "cents"'],
  show: ['csl show 8ecd6b71', 'csl show --title-match "staging refunds"'],
  inbox: ['csl inbox'],
  'start-context': ['csl start-context --limit-bytes 1000'],
  sync: ['csl sync', 'csl sync --dry-run                       # what would leave', 'csl sync mine --full'],
  'remote add': [
    'csl remote add mine md: --share all      # MotherDuck, for my own machines',
    'csl remote add team /mnt/team/notes.duckdb --share notes',
  ],
  'remote list': ['csl remote list'],
  'remote remove': ['csl remote remove team'],
  'remote test': ['csl remote test mine'],
  'background status': ['csl background status'],
  'background run': ['csl background run'],
  'background enable': ['csl background enable', 'csl background enable systemd'],
  'background disable': ['csl background disable'],
  machines: ['csl machines'],
  setup: [
    'csl setup                                # says what it will do, and asks',
    'csl setup --dry-run',
    'csl setup --uninstall',
  ],
  doctor: ['csl doctor', 'csl doctor --fix', 'csl doctor --remote --json'],
  backup: ['csl backup', 'csl backup /mnt/usb/sessions.duckdb'],
  restore: ['csl restore ~/.claude/claude-session-logger/backups/sessions-20261120T161326Z.duckdb'],
  compact: ['csl compact'],
  export: ['csl export ~/logbook'],
  completion: [
    'eval "$(csl completion bash)"            # in ~/.bashrc; in ~/.zshrc: eval "$(csl completion zsh)"',
    'csl completion fish | source             # in ~/.config/fish/config.fish',
  ],
}

/** The examples of a command as its help shows them; nothing where there are none. */
export function examplesText(command: string): string {
  const lines = examples[command]
  if (!lines) return ''
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map(line => `  ${line}`).join('\n')}`
}
