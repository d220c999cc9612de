/** A table whose rows may leave this machine: only the columns named here ever do. */
export interface SyncedTable {
  readonly name: string
  /** What tells two rows of one writer apart. */
  readonly key: readonly string[]
  /** Columns that travel, with their types. A row gets a new `seq` only when one of these changed. */
  readonly columns: Readonly<Record<string, string>>
  /** Columns that travel only if a setting switches them on. */
  readonly onRequest: readonly string[]
}

/** One row an API message and model part, as one writer saw it in one session's transcripts. No text. */
export const usageRecords = {
  name: 'usage_records',
  key: ['writer_id', 'message_key', 'part', 'session_id'],
  columns: {
    writer_id: 'VARCHAR',
    seq: 'BIGINT',
    message_key: 'VARCHAR',
    part: 'INTEGER',
    session_id: 'VARCHAR',
    claimed_session_id: 'VARCHAR',
    occurred_at: 'TIMESTAMPTZ',
    line_at: 'TIMESTAMPTZ',
    model: 'VARCHAR',
    speed: 'VARCHAR',
    service_tier: 'VARCHAR',
    inference_geo: 'VARCHAR',
    input_tokens: 'BIGINT',
    output_tokens: 'BIGINT',
    cache_write_5m_tokens: 'BIGINT',
    cache_write_1h_tokens: 'BIGINT',
    cache_read_tokens: 'BIGINT',
    thinking_tokens: 'BIGINT',
    web_searches: 'BIGINT',
    web_fetches: 'BIGINT',
    request_id: 'VARCHAR',
    is_sidechain: 'BOOLEAN',
    agent_id: 'VARCHAR',
    has_usage: 'BOOLEAN',
    has_stop_reason: 'BOOLEAN',
    is_final: 'BOOLEAN',
    from_progress: 'BOOLEAN',
    legacy: 'BOOLEAN',
    legacy_cost_pico: 'BIGINT',
    born_at: 'TIMESTAMPTZ',
  },
  onRequest: [],
} as const satisfies SyncedTable

/** What one writer's transcripts say of a session besides its usage. */
export const sessionFacts = {
  name: 'session_facts',
  key: ['writer_id', 'session_id'],
  columns: {
    writer_id: 'VARCHAR',
    seq: 'BIGINT',
    session_id: 'VARCHAR',
    tool: 'VARCHAR',
    lines: 'BIGINT',
    malformed_lines: 'BIGINT',
    files: 'INTEGER',
    subagents: 'INTEGER',
    project: 'VARCHAR',
    project_key: 'VARCHAR',
    project_key_kind: 'VARCHAR',
    cwd: 'VARCHAR',
    last_cwd: 'VARCHAR',
    relocated_cwd: 'VARCHAR',
    started_at: 'TIMESTAMPTZ',
    ended_at: 'TIMESTAMPTZ',
    born_at: 'TIMESTAMPTZ',
    active_sec: 'DOUBLE',
    prompts: 'INTEGER',
    queued_prompts: 'INTEGER',
    tool_calls: 'INTEGER',
    tool_errors: 'INTEGER',
    synthetic_messages: 'INTEGER',
    api_errors: 'INTEGER',
    compactions: 'INTEGER',
    search_count: 'INTEGER',
    title: 'VARCHAR',
    title_source: 'VARCHAR',
    skills: 'VARCHAR',
    slash_commands: 'VARCHAR',
    tools: 'VARCHAR',
    git_branch: 'VARCHAR',
    branches: 'VARCHAR',
    cc_version: 'VARCHAR',
    versions: 'VARCHAR',
    entrypoints: 'VARCHAR',
    pr_urls: 'VARCHAR',
    cost_state_usd: 'DOUBLE',
    cost_state: 'VARCHAR',
    legacy: 'BOOLEAN',
    person_id: 'VARCHAR',
    created_by: 'VARCHAR',
  },
  onRequest: ['cwd', 'last_cwd', 'relocated_cwd'],
} as const satisfies SyncedTable

/** Which machine and person a writer is. The label is what people chose; the host name only where they chose none. */
export const machines = {
  name: 'machines',
  key: ['writer_id'],
  columns: {
    writer_id: 'VARCHAR',
    seq: 'BIGINT',
    machine_id: 'VARCHAR',
    label: 'VARCHAR',
    platform: 'VARCHAR',
    person_id: 'VARCHAR',
    person_name: 'VARCHAR',
  },
  onRequest: [],
} as const satisfies SyncedTable

/** What people said, one row a change; rows are only ever added. A team's remote gets none of `privateKinds`. */
export const changes = {
  name: 'changes',
  key: ['writer_id', 'seq'],
  columns: {
    writer_id: 'VARCHAR',
    seq: 'BIGINT',
    hlc: 'VARCHAR',
    subject: 'VARCHAR',
    kind: 'VARCHAR',
    value: 'VARCHAR',
    actor: 'VARCHAR',
    actor_name: 'VARCHAR',
    payload_hash: 'VARCHAR',
  },
  onRequest: [],
} as const satisfies SyncedTable

/** All that may leave this machine once a remote exists. What is not here stays home. */
export const syncedTables: readonly SyncedTable[] = [usageRecords, sessionFacts, machines, changes]

/** The tables that people read on a remote too, under the names and columns they know. Written by us, never relied on. */
export type ReadableTable = 'sessions' | 'session_models' | 'log_entries'

/** Which columns of the readable tables a remote gets. The id comes first: rows of one id are replaced together. */
export const readableTables: Readonly<Record<ReadableTable, Readonly<Record<string, string>>>> = {
  sessions: {
    session_id: 'VARCHAR',
    project: 'VARCHAR',
    cwd: 'VARCHAR',
    session_date: 'DATE',
    started_at: 'TIMESTAMPTZ',
    ended_at: 'TIMESTAMPTZ',
    duration_min: 'DOUBLE',
    models: 'VARCHAR',
    input_tokens: 'BIGINT',
    output_tokens: 'BIGINT',
    cache_write_tokens: 'BIGINT',
    cache_read_tokens: 'BIGINT',
    total_tokens: 'BIGINT',
    cost_usd: 'DECIMAL(38, 12)',
    message_count: 'INTEGER',
    tool_call_count: 'INTEGER',
    skills_used: 'VARCHAR',
    git_branch: 'VARCHAR',
    cc_version: 'VARCHAR',
    title: 'VARCHAR',
    session_type: 'VARCHAR',
    created_by: 'VARCHAR',
    synced: 'BOOLEAN',
    machine_id: 'VARCHAR',
    machine_label: 'VARCHAR',
    project_key: 'VARCHAR',
    active_min: 'DOUBLE',
    unfinalized_count: 'INTEGER',
    unpriced_count: 'INTEGER',
    title_source: 'VARCHAR',
  },
  session_models: {
    session_id: 'VARCHAR',
    model: 'VARCHAR',
    input_tokens: 'BIGINT',
    output_tokens: 'BIGINT',
    cache_write_tokens: 'BIGINT',
    cache_read_tokens: 'BIGINT',
    total_tokens: 'BIGINT',
    cost_usd: 'DECIMAL(38, 12)',
    synced: 'BOOLEAN',
  },
  log_entries: {
    id: 'VARCHAR',
    session_id: 'VARCHAR',
    logged_at: 'TIMESTAMPTZ',
    category: 'VARCHAR',
    status: 'VARCHAR',
    title: 'VARCHAR',
    body: 'VARCHAR',
    synced: 'BOOLEAN',
    updated_at: 'TIMESTAMPTZ',
    created_by: 'VARCHAR',
    updated_by: 'VARCHAR',
    project: 'VARCHAR',
    project_key: 'VARCHAR',
    machine_label: 'VARCHAR',
    tags: 'VARCHAR',
  },
}
