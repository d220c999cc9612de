// A database with many rows, made in SQL: what reports and hooks meet after years.
import { DuckDBInstance } from '@duckdb/node-api'

const models = ['claude-opus-4-8', 'claude-sonnet-5-5', 'claude-haiku-5-5', 'claude-opus-5-5']

/** Fills a fresh database (made by `csl init`) with `sessions` sessions and `rows` ledger rows over three years. */
export async function fillLedger(file, { sessions, rows }) {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const run = sql => connection.run(sql)
  const sessionId = n => `printf('%08x-0000-4000-8000-%012x', (${n} * 2654435761) % 4294967296, ${n})`
  const at = n => `(TIMESTAMPTZ '2023-11-01 00:00:00+00' + to_seconds((${n}) * 94608000 / ${rows}))`
  const pick = (list, key) =>
    `list_extract(['${list.join("','")}'], (1 + hash(${key}) % ${list.length})::BIGINT)`
  const model = pick(models, 'i')
  const words =
    'mend sweep prune count paint oil move sort gate fence shed hedge cellar apples roof well'.split(' ')
  const word = n => pick(words, `s * 8 + ${n}`)
  const title = `concat_ws(' ', 'Nr', s, ${word(0)}, 'the', ${word(1)}, 'and', ${word(2)}, 'the', ${word(3)})`
  // Over the whole alphabet, as real ones are: what is looked for must not lie outside of what is there.
  const messageKey = `'msg_01' || translate(substr(md5(i::VARCHAR), 1, 22), 'abcdef', 'AQZaqz')`
  await run(`SET TimeZone = 'UTC'`)
  const writer = (
    await connection.runAndReadAll(`SELECT value FROM meta WHERE key = 'writer_id'`)
  ).getRows()[0][0]
  await run(`INSERT INTO usage_records
    SELECT '${writer}', i + 1, ${messageKey}, 0, ${sessionId(`(i * ${sessions} // ${rows})`)},
      NULL, ${at('i')}, ${at('i')}, ${model}, 'standard', 'standard', 'not_available', hash(i) % 50, hash(i + 1) % 2000,
      hash(i + 2) % 3000, hash(i + 3) % 5000, hash(i + 4) % 200000, 0, 0, 0, 'req_01' || substr(md5((-i)::VARCHAR), 1, 22),
      i % 5 = 0, CASE WHEN i % 5 = 0 THEN substr(md5((i // 20)::VARCHAR), 1, 8) END, TRUE, TRUE, i % 50 <> 0, FALSE,
      FALSE, NULL, ${at(`i - i % ${Math.max(1, Math.floor(rows / sessions))}`)}, TRUE,
      ${sessionId(`(i * ${sessions} // ${rows})`)}, 1 + hash(i) % ${models.length}, (hash(i + 5) % 900000000000)::BIGINT, i + 1
    FROM range(${rows}) t(i)`)
  await run(`INSERT INTO rate_cards
    SELECT i, list_extract(['${models.join("','")}'], i), 'bench ' || i, 5000000, 25000000, 6250000, 10000000, 500000, 10000000000
    FROM range(1, ${models.length + 1}) t(i)`)
  await run(`INSERT INTO session_facts
    SELECT '${writer}', ${rows} + s, ${sessionId('s')}, 'claude-code', 200, 0, 1, 0, 'project-' || (s % 60),
      'github.com/acme/project-' || (s % 60), 'remote', '/home/dev/project-' || (s % 60), '/home/dev/project-' || (s % 60),
      NULL, ${at(`s * ${rows} / ${sessions}`)}, ${at(`s * ${rows} / ${sessions}`)} + INTERVAL 40 MINUTE,
      ${at(`s * ${rows} / ${sessions}`)}, 900, 4, 0, 12, 1, 0, 0, 0, 0, ${title}, 'ai', '[]', '[]',
      '[["Bash",5],["Read",7]]', 'main', '["main"]', '2.1.300', '["2.1.300"]', '["cli"]', '[]', NULL, NULL, FALSE,
      (SELECT person_id FROM machines LIMIT 1), 'Bench Person'
    FROM range(${sessions}) t(s)`)
  await run(`INSERT INTO session_models
    SELECT owner_session_id, model, sum(input_tokens), sum(output_tokens),
      sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(cache_read_tokens),
      sum(input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens),
      (sum(cost_pico)::DECIMAL(38, 0) * 0.000000000001::DECIMAL(13, 12))::DECIMAL(38, 12), FALSE,
      sum(cache_write_1h_tokens), count(*), count(*) FILTER (WHERE NOT is_final), 0
    FROM usage_records GROUP BY owner_session_id, model`)
  await run(`INSERT INTO sessions BY NAME
    SELECT f.session_id, f.project, f.cwd, f.started_at::DATE AS session_date, f.started_at, f.ended_at,
      40.0 AS duration_min, m.models, m.input_tokens, m.output_tokens, m.cache_write_tokens, m.cache_read_tokens,
      m.total_tokens, m.cost_usd, 4 + m.messages AS message_count, f.tool_calls AS tool_call_count, '' AS skills_used,
      f.git_branch, f.cc_version, f.title, ${pick(['general', 'dbt', 'debugging'], 'f.session_id')} AS session_type,
      f.created_by, FALSE AS synced, f.tool, c.machine_id, c.label AS machine_label, f.project_key, f.person_id,
      f.last_cwd, f.cwd AS resume_cwd, 15.0 AS active_min, 4 AS prompt_count, m.messages AS api_message_count,
      0 AS subagent_count, 1 AS tool_error_count, 0 AS unfinalized_count, 0 AS unpriced_count,
      0 AS inherited_message_count, 0 AS inherited_tokens, 0 AS web_search_count, f.pr_urls, f.title_source,
      FALSE AS legacy, 1 AS revision, f.ended_at AS updated_at
    FROM session_facts f
    JOIN (SELECT session_id, string_agg(model, ',') AS models, sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens, sum(cache_write_tokens) AS cache_write_tokens,
        sum(cache_read_tokens) AS cache_read_tokens, sum(total_tokens) AS total_tokens, sum(cost_usd) AS cost_usd,
        sum(api_message_count)::INTEGER AS messages
      FROM session_models GROUP BY session_id) m USING (session_id)
    JOIN machines c ON c.writer_id = f.writer_id`)
  await run(`UPDATE meta SET value = '${rows + sessions}' WHERE key = 'last_seq'`)
  await run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
}

/** Fills the changes with what another person said of so many entries. */
export async function fillChanges(file, { entries, changes }) {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run(`INSERT INTO changes
    SELECT 'other', 1 + i, ${1_760_000_000_000} + i || '-0000-other', 'entry:' || md5((i % ${entries})::VARCHAR),
      CASE WHEN i < ${entries} THEN 'create' ELSE 'note' END,
      CASE WHEN i < ${entries} THEN '{"title":"Invented entry"}' ELSE repeat('A note. ', 20) END,
      'other-person', 'Other', md5(i::VARCHAR), 1 + i
    FROM range(${changes}) t(i)`)
  await connection.run(`INSERT INTO log_entries BY NAME
    SELECT md5(i::VARCHAR) AS id, 'Invented entry' AS title, 'note' AS category, 'info' AS status, FALSE AS synced,
      '[]' AS tags, 0 AS note_count FROM range(${entries}) t(i)`)
  await connection.run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
}
