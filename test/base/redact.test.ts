import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayHoldSecret, redact } from '../../src/base/redact.ts'
import { plantedSecrets } from '../support/secrets.ts'

const planted = plantedSecrets(1)
const places: readonly (readonly [string, (text: string) => string])[] = [
  ['alone', text => text],
  ['at the start of a sentence', text => `${text} is what it says`],
  ['in the middle of a sentence', text => `Deploy with ${text} today`],
  ['at the end of a sentence', text => `Please use ${text}.`],
  ['in quotes', text => `set "${text}" now`],
  ['in JSON', text => JSON.stringify({ note: `first\n${text}\tlast`, done: true })],
  ['in a URL', text => `https://example.org/?q=${text}&page=2`],
  ['in Markdown code', text => `run \`${text}\` twice`],
  ['on a line of its own', text => `before\n${text}\r\nafter`],
]

/** Whether enough of a secret is left to be of use: the whole, its first half, or its last half. */
function survives(text: string, secret: string): boolean {
  const half = Math.ceil(secret.length / 2)
  return [secret, secret.slice(0, half), secret.slice(-half)].some(part => text.includes(part))
}

describe('what is taken out', () => {
  test('there are many kinds', () => {
    expect(new Set(planted.map(({ kind }) => kind)).size).toBeGreaterThan(150)
  })

  test.each(places)('every kind is, %s', (_, put) => {
    const kept = planted.filter(({ text, secret }) => {
      const { text: clean, count } = redact(put(text))
      return count === 0 || survives(clean, secret)
    })

    expect(kept.map(({ kind }) => kind)).toEqual([])
  })

  test('hardly any is missed, whatever characters chance picks', () => {
    let missed = 0
    let all = 0

    for (let seed = 2; seed < 22; seed++) {
      for (const { text, secret } of plantedSecrets(seed)) {
        all++
        if (survives(redact(text).text, secret)) missed++
      }
    }

    console.log(`redacted ${all - missed} of ${all}`)
    expect(missed / all).toBeLessThan(0.005)
  })

  test('the text around a secret stays', () => {
    const token = `gh${'p'}_${'aB3'.repeat(12)}`

    expect(redact(`Push with ${token}, then delete it`)).toEqual({
      text: 'Push with [redacted:github-token], then delete it',
      count: 1,
    })
    const other = ['x7Qa9Lm', 'B2kTz4Wv', 'R8cYp6Nd'].join('')
    expect(redact(`{"token": "${other}", "page": 2}`)).toEqual({
      text: '{"token": "[redacted:token]", "page": 2}',
      count: 1,
    })
    expect(redact(`a ${token}\nb ${token}\npostgres://ada:${'pw'}1@db/x`)).toEqual({
      text: 'a [redacted:github-token]\nb [redacted:github-token]\npostgres://ada:[redacted:url-password]@db/x',
      count: 3,
    })
  })
})

describe('what stays as it is', () => {
  const hash = (length: number) => randomUUID().replaceAll('-', '').repeat(2).slice(0, length)
  const letters = 'msg req toolu srvtoolu'.split(' ').map(prefix => `${prefix}_01${hash(22)}`)
  const harmless = [
    ...letters,
    ...Array.from({ length: 10 }, () => randomUUID()),
    ...[7, 8, 12, 32, 40, 64].map(hash),
    `agent-${hash(17)}`,
    `a${hash(16)}`,
    `chatcmpl-${hash(29)}`,
    `resp_${hash(48)}`,
    `Revert ${hash(40)}`,
    `session ${randomUUID()} of ${hash(7)}`,
    `session_id=${randomUUID()}`,
    `session: ${randomUUID()}`,
    `sha256:${hash(64)}`,
    `sha512-${Buffer.from(hash(64), 'hex').toString('base64')}`,
    `https://github.com/ada/shed/commit/${hash(40)}`,
    `/tmp/claude-1000/-home-ada-shed/${randomUUID()}/scratchpad`,
    `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk`,
    ...`
Token usage by day
token usage: 12,345,678 of 20,000,000
tokens=12000000
input_tokens: 123456789, output_tokens: 4567
max_tokens: 4096
cache_read_input_tokens=33510
token: refresh fails with 401
token: claude-opus-4-1-20250805
token=string
token: string | null
token?: string
const token = getToken()
const token = await session.getToken()
const token = request.headers.authorization
token = process.env.GITHUB_TOKEN
token: \${{ secrets.GITHUB_TOKEN }}
GITHUB_TOKEN=$GH_TOKEN
GITHUB_TOKEN=<your token>
token: src/base/redact.ts
token: refreshTokenRotation
token_type: bearer
tokenizer: o200k_base
tokenization of base64 strings
Password reset page
password reset page: add tests
password: the user cannot change it
password: reset-v2
password: required
password: string
password: min-length=12
password="required"
password is incorrect
password = hashPassword(input)
password: process.env.DB_PASSWORD
password=$DB_PASSWORD
password=\${DB_PASSWORD}
password: ********
password: xxxxxxxx
password: <password>
PASSWORD=your-password-here
<input type="password" name="password" id="new-password">
feat(password): argon2id
fix(auth): refreshTokenRotation
passwords: hash them with argon2id
--password-stdin
--token-file ~/.config/token
Secret manager: rotate keys
secret manager: rotate-keys-2024
secret: rotate keys
secret=clientSecretV2
secret: config/secrets.yaml
secrets: inherit
secretName: shed-database
api key: where do we keep it?
api_key: required
API key rotation
apiKey = config.apiKey
api-keys: list, create, delete
access_key: AccessKeyProvider
private key: see docs/keys.md
private_key_id: 12
Detect -----BEGIN RSA PRIVATE KEY----- headers
between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
Authorization: Bearer <token>
Authorization: Bearer $TOKEN
Authorization: see the docs
authorization: role-based access control
Bearer authentication for the API
bearer token in the header
Basic authentication
basic understanding of the code
basic auth: use a header
Cookie banner: make it smaller
Cookie: theme=dark
cookie: consent banner = broken
session: resume after compaction
session storage quota
keyboard-shortcuts-and-key-bindings
cache-key-0123456789abcdef0123456789abcdef
task-management-for-the-shed-and-the-garden
risk-assessment-2024-for-everything-we-do
disk-usage-report-of-the-whole-machine-in-one-table
https://example.org/path?page=2&sort=asc
https://github.com/ada/shed/pull/123#issuecomment-1234567890
http://localhost:3000/@scope/package
https://example.org:8443/a@b
https://cdn.example.org/npm/@scope/package@1.2.3/dist/index.js
git@github.com:ada/shed.git
ssh://git@github.com/ada/shed.git
git+ssh://git@github.com:ada/shed.git
postgres://localhost:5432/shed
redis://127.0.0.1:6379/0
mongodb://db1:27017,db2:27017/shed
postgres://$USER:$PASSWORD@localhost/shed
https://<user>:<password>@example.org
file://C:\\Users\\ada\\node_modules\\@scope\\package
https://hooks.slack.com/
ada@example.org
Ada Lovelace <ada.lovelace+shed@mail.example.org>
password: ada@example.org
2026-11-20T12:41:52.123Z
2026-11-20
1763642512123
claude-opus-4-1-20250805
claude-sonnet-4-5-20250929[1m]
gpt-4o-2024-08-06
us.anthropic.claude-3-5-sonnet-20241022-v2:0
models/gemini-2.5-pro-preview-05-06
SELECT sum(input_tokens) AS tokens FROM usage_records WHERE session_id = $session
UPDATE users SET password = NULL WHERE id = 1
CREATE TABLE tokens (token VARCHAR NOT NULL, secret VARCHAR)
SELECT * FROM sessions WHERE title LIKE '%password%'
npm install typescript@5.9.2
@duckdb/node-bindings@1.5.6-r.1
vitest 4.1.12 → 4.2.0
v1.0-rc.1
feature/add-token-usage-to-the-report
claude/fix-password-reset-011CUb3kXyZabcDEF
dependabot/npm_and_yarn/typescript-eslint-8.46.2
worktree-agent-a1b2c3d4
entire/checkpoints/v1
/home/ada/shed/src/features/sessions/facts.ts
C:\\Users\\ada\\shed\\src\\main.ts
~/.claude/projects/-home-ada-shed
../shared/fixtures/transcripts/expected.json
node_modules/.pnpm/@babel+core@7.28.4/node_modules/@babel/core
AbstractSingletonProxyFactoryBeanConfigurationProvider
useDeferredValueWithPreviousStateAndTransition
ENVIRONMENT_VARIABLE_WITH_A_VERY_LONG_NAME_INDEED
aGVsbG8gd29ybGQ=
dGhlIHF1aWNrIGJyb3duIGZveA==
AKIA keys and ghp_ tokens: how to find them
What begins with sk-ant- or eyJ is a secret
sk-learn, sk_buff and hf_hub
xoxb- and xoxp- tokens of Slack
pattern matching in patches.ts
machine learning login flow password reset
machine: ubuntu-24.04
docker run -u 1000:1000 shed
git push -u origin feature/2024-report
rsync --usermap=ada:bob
curl -u $USER:$PASSWORD https://example.org
1/2 done, 3/4 to do
10:30:00 to 11:45:00
192.168.1.20:8080
f47ac10b58cc4372a5670e02b2c3d479
日本語のタイトル: パスワードをリセットする
Größe der Tabelle: 12 MB
Пароль: восстановление
[redacted:github-token] was here
password=[redacted:password]
Authorization: Bearer [redacted:bearer-token]
https://ada:[redacted:url-password]@example.org
`
      .split('\n')
      .filter(line => line !== ''),
  ]

  test('there are many', () => {
    expect(new Set(harmless).size).toBeGreaterThan(180)
  })

  test.each(harmless)('%s', text => {
    expect(redact(text)).toEqual({ text, count: 0 })
  })

  test('rows of the ledger are not even suspected', () => {
    const rows = Array.from({ length: 200 }, (_, part) => ({
      writer_id: randomUUID(),
      message_id: `msg_01${hash(22)}`,
      request_id: `req_01${hash(22)}`,
      session_id: randomUUID(),
      agent_id: `a${hash(16)}`,
      part,
      model: 'claude-opus-4-1-20250805',
      input_tokens: 123_456_789,
      cache_read_tokens: 33_510,
      line_at: '2026-11-20T12:41:52.123Z',
      cwd: 'C:\\Users\\ada\\shed',
      title: 'Show token usage\nby "session"',
    }))

    expect(mayHoldSecret(JSON.stringify(rows))).toBe(false)
    expect(mayHoldSecret(JSON.stringify(rows.map(Object.values)))).toBe(false)
  })
})

describe('whatever the text', () => {
  const pieces = fc.oneof(
    fc.constantFrom(...planted.map(({ text }) => text)),
    fc.constantFrom(...planted.map(({ secret }) => secret)),
    fc.constantFrom(
      ...'password token secret api_key auth cookie: session Bearer Basic authorization'.split(' '),
    ),
    fc.constantFrom(
      '=',
      ': ',
      ' is ',
      '"',
      "'",
      '`',
      '\\',
      '\n',
      '\t',
      '\0',
      '\ud83d',
      '\ude00',
      '…',
      '://',
      '@',
      ':',
    ),
    fc.constantFrom(
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      '[redacted:x]',
      '[redacted:',
      '--',
      '-u ',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.base64String({ maxLength: 80 }),
  )
  const texts = fc.array(pieces, { maxLength: 8 }).map(parts => parts.join(''))

  test('redacting twice is redacting once', () => {
    fc.assert(
      fc.property(texts, text => {
        const once = redact(text)

        expect(redact(once.text)).toEqual({ text: once.text, count: 0 })
        if (once.count === 0) expect(once.text).toBe(text)
      }),
      { numRuns: 3000 },
    )
  })

  test('a text that would be changed may hold a secret, also as a value in JSON', () => {
    fc.assert(
      fc.property(texts, fc.array(texts, { maxLength: 2 }), (text, others) => {
        fc.pre(redact(text).count > 0)

        expect(mayHoldSecret(text)).toBe(true)
        expect(mayHoldSecret(JSON.stringify([text, ...others]))).toBe(true)
        expect(mayHoldSecret(JSON.stringify([{ title: text, others }]))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('the same where the value is JSON itself', () => {
    fc.assert(
      fc.property(texts, text => {
        const value = JSON.stringify({ text })
        fc.pre(redact(value).count > 0)

        expect(mayHoldSecret(JSON.stringify([value]))).toBe(true)
      }),
    )
  })

  // With a quadratic expression each of these would take minutes.
  test.each([
    'password=',
    'password="',
    'password=\\',
    'password is ',
    'password ',
    'token: ',
    '--token ',
    '--',
    '-u a:',
    'secret=token=',
    'password=abc1!,',
    'password=&,',
    '"auth',
    'eyJ',
    'eyJaaaaaaaaaaaa-',
    'eyJaaaaaaaaaaaa.',
    '-----',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nx-',
    '://',
    '://a:',
    '://a:b',
    'ghp_',
    'sk-',
    'sk-ant-',
    'xoxb-',
    'AKIA',
    '1/',
    '-us',
    ':AA',
    '.atlasv1.',
    'NRAL',
    'MDaaaaaaaaaaaaaaaaaaaaaaaa.',
    '$6$aaaa',
    'cookie: a=',
    'authorization: a ',
    'bearer aaaaaaaaaaaaaaaa ',
    'basic aaaaaaaa ',
    'machine a.b login ',
    'session=',
    '[redacted:x]',
    'password=[redacted:',
    'a',
    ' ',
    '\0',
    '\ud83d',
    '\\',
    '"',
    '\n',
  ])('gets through much of %j', part => {
    const hostile = part.repeat(250_000 / part.length)

    const { text } = redact(hostile)
    mayHoldSecret(hostile)
    mayHoldSecret(JSON.stringify([hostile]))

    expect(text.length).toBeLessThanOrEqual(hostile.length)
  })

  test.each([
    ['-----BEGIN PRIVATE KEY-----\n', 'a'],
    ['-----BEGIN PRIVATE KEY-----\n', 'a-'],
    ['password="', 'x'],
    ['password=', ')'],
    ['://a:', 'b'],
    ['eyJ', 'a'],
    ['cookie: a=', 'b;'],
    ['sk-ant-', '-'],
    ['token=', 'a1B'],
  ])('gets through a megabyte behind %j', (start, part) => {
    const hostile = start + part.repeat(1_000_000 / part.length)

    const { text } = redact(hostile)

    expect(mayHoldSecret(hostile)).toBe(text !== hostile)
  })
})
