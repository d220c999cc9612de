import { seededRandom } from './random.ts'

/**
 * Invented secrets of many kinds. They are put together when the tests run: whatever looks for secrets in this
 * repository must find none.
 */
export interface PlantedSecret {
  readonly kind: string
  /** Text as somebody would paste it. */
  readonly text: string
  /** The part of it that must not be kept. */
  readonly secret: string
}

const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'
const hex = `${digits}abcdef`
const base62 = lower + upper + digits
const url64 = `${base62}-_`

export function plantedSecrets(seed: number): readonly PlantedSecret[] {
  const random = seededRandom(seed)
  const some = (length: number, alphabet = base62) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  /** With a character of every sort, as any rule for passwords asks for. */
  const password = () => `${some(1, upper)}${some(6)}${some(2, digits)}${some(1, '!#%*')}${some(2, lower)}`
  const base64 = (length: number) => some(length, `${base62}+/`)
  const uuid = () => [8, 4, 4, 4, 12].map(length => some(length, hex)).join('-')
  const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = () =>
    [json({ alg: 'HS256', typ: 'JWT' }), json({ sub: some(8), iat: 1_700_000_000 }), some(43, url64)].join(
      '.',
    )
  const block = (label: string, separator: string) =>
    [
      `${'-'.repeat(5)}BEGIN ${label}${'-'.repeat(5)}`,
      ...Array.from({ length: 6 }, () => base64(64)),
      `${base64(30)}==`,
      `${'-'.repeat(5)}END ${label}${'-'.repeat(5)}`,
    ].join(separator)
  /** What stands between the first line and the last of a block. */
  const body = (text: string) => text.split('-----')[2]?.trim() ?? ''
  const addBlock = (kind: string, text: string, whole = text) => add(kind, body(text), whole)
  const list: PlantedSecret[] = []
  const add = (kind: string, secret: string, text = secret) => list.push({ kind, text, secret })
  /** Known by what stands before it. */
  const named = (kind: string, before: string, secret: string, after = '') =>
    add(kind, secret, before + secret + after)

  const aws = `AK${'IA'}${some(16, `${upper}234567`)}`
  add('AWS access key id', aws)
  add('AWS session key id', `AS${'IA'}${some(16, `${upper}234567`)}`)
  named('AWS secret access key', 'aws_secret_access_key = ', base64(40))
  named('AWS secret access key in JSON', '"SecretAccessKey": "', base64(40), '"')
  add('AWS pair of keys', `${aws}:${base64(40)}`)
  add('AWS Bedrock key', `ABS${'K'}${base64(120)}`)
  for (const type of 'opusr') add(`GitHub gh${type} token`, `gh${type}_${some(36)}`)
  add('GitHub fine-grained token', `github_${'pat'}_${some(22)}_${some(59)}`)
  add('GitLab personal token', `gl${'pat'}-${some(20, url64)}`)
  add('GitLab routable token', `gl${'pat'}-${some(27, url64)}.01.${some(9)}`)
  add('GitLab runner token', `gl${'rt'}-${some(20, url64)}`)
  add('GitLab deploy token', `gl${'dt'}-${some(20, url64)}`)
  add('Slack bot token', `xox${'b'}-${some(12, digits)}-${some(12, digits)}-${some(24)}`)
  add('Slack user token', `xox${'p'}-${some(12, digits)}-${some(12, digits)}-${some(32, hex)}`)
  add('Slack app token', `xa${'pp'}-1-A${some(10, upper)}-${some(13, digits)}-${some(64, hex)}`)
  named(
    'Slack webhook',
    'https://hooks.slack.com/',
    `services/T${some(8, upper)}/B${some(8, upper)}/${some(24)}`,
  )
  add('Stripe live key', `sk_${'live'}_${some(24)}`)
  add('Stripe test key', `sk_${'test'}_${some(99)}`)
  add('Stripe restricted key', `rk_${'live'}_${some(24)}`)
  add('Stripe webhook secret', `wh${'sec'}_${some(32)}`)
  add('Anthropic key', `sk-${'ant'}-api03-${some(93, url64)}AA`)
  add('Anthropic OAuth token', `sk-${'ant'}-oat01-${some(86, url64)}AA`)
  add('OpenAI old key', `sk-${some(20)}T3Blbk${'FJ'}${some(20)}`)
  add('OpenAI project key', `sk-${'proj'}-${some(120, url64)}`)
  add('OpenAI service key', `sk-${'svcacct'}-${some(120, url64)}`)
  add('OpenRouter key', `sk-${'or'}-v1-${some(64, hex)}`)
  add('Groq key', `gs${'k'}_${some(52)}`)
  add('xAI key', `xa${'i'}-${some(80)}`)
  add('Replicate token', `r${'8'}_${some(37)}`)
  add('Hugging Face token', `h${'f'}_${some(34, lower + upper)}`)
  add('Google API key', `AI${'za'}${some(35, url64)}`)
  add('Google OAuth client secret', `GOC${'SPX'}-${some(28, url64)}`)
  add('Google access token', `ya${'29'}.a0${some(140, url64)}`)
  add('Google refresh token', `1${'//'}0${some(1, digits)}${some(60, url64)}`)
  const google = block('PRIVATE KEY', '\\n')
  addBlock('GCP service account', google, `{"type": "service_account", "private_key": "${google}"}`)
  named('OAuth client secret', 'client_secret=', some(40))
  named(
    'Azure storage key',
    'AccountName=shed;AccountKey=',
    `${base64(86)}==`,
    ';EndpointSuffix=core.windows.net',
  )
  named('Azure shared access key', 'SharedAccessKeyName=Root;SharedAccessKey=', `${base64(43)}=`)
  named('Azure SAS', '?sv=2024-11-04&ss=b&sr=c&sp=rl&sig=', `${some(43)}%3D`)
  add('Azure client secret', `${some(3)}${some(1, digits)}Q${'~'}${some(34)}`)
  named('SQL Server connection string', 'Server=tcp:db;User ID=sa;Password=', password(), ';Encrypt=true')
  add('JWT', jwt())
  named('MotherDuck token in a DSN', 'md:shed?motherduck_token=', jwt())
  named('MotherDuck token', 'export MOTHERDUCK_TOKEN=', jwt())
  for (const label of ['RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', ''])
    addBlock(`${label}private key`, block(`${label}PRIVATE ${'KEY'}`, '\n'))
  addBlock('PGP private key', block(`PGP PRIVATE ${'KEY'} BLOCK`, '\r\n'))
  addBlock('private key on one line', block(`RSA PRIVATE ${'KEY'}`, ' '))
  addBlock('private key with escaped line ends', block(`EC PRIVATE ${'KEY'}`, '\\n'))
  addBlock('private key without its end', block(`RSA PRIVATE ${'KEY'}`, '\n').split('-----END')[0] ?? '')
  for (const scheme of ['postgres', 'postgresql', 'mysql', 'mongodb+srv', 'amqps', 'https', 'ftp', 'smtp'])
    named(
      `password in a ${scheme} URL`,
      `${scheme}://ada:`,
      password().replace(/[#%]/g, '!'),
      '@db.example.org/x',
    )
  named('password in a redis URL', 'redis://:', some(20), '@localhost:6379/0')
  named('token in a URL', 'https://x-access-token:', some(40), '@github.com/ada/shed.git')
  named('token alone in a URL', 'https://', some(40), '@git.example.org/ada/shed.git')
  named('Sentry DSN', 'https://', some(32, hex), '@o123456.ingest.sentry.io/4505')
  add('Sentry user token', `sn${'tryu'}_${some(64, hex)}`)
  add('Sentry org token', `sn${'trys'}_${json({ iat: 1_700_000_000, url: 'https://sentry.io' })}_${some(43)}`)
  add('npm token', `np${'m'}_${some(36)}`)
  named('npm legacy token', '//registry.npmjs.org/:_authToken=', uuid())
  named('npm basic auth', '_auth=', Buffer.from(`ada:${password()}`).toString('base64'))
  add('PyPI token', `py${'pi'}-AgEIcHlwaS5vcmc${some(120, url64)}`)
  add('RubyGems key', `ruby${'gems'}_${some(48, hex)}`)
  add('crates.io token', `ci${'o'}${some(32)}`)
  add('NuGet key', `oy${'2'}${some(43, lower + digits)}`)
  add('Docker Hub PAT', `dckr_${'pat'}_${some(27, url64)}`)
  named('Docker config', '"auth": "', Buffer.from(`ada:${password()}`).toString('base64'), '"')
  add('Twilio key', `S${'K'}${some(32, hex)}`)
  named('Twilio auth token', 'TWILIO_AUTH_TOKEN=', some(32, hex))
  add('SendGrid key', `S${'G'}.${some(22, url64)}.${some(43, url64)}`)
  add('Mailgun key', `k${'ey'}-${some(32, hex)}`)
  add('Mailchimp key', `${some(32, hex)}-${'us'}14`)
  add('Brevo key', `xkey${'sib'}-${some(64, hex)}-${some(16)}`)
  add('DigitalOcean token', `do${'p'}_v1_${some(64, hex)}`)
  named('Heroku key', 'HEROKU_API_KEY=', uuid())
  add('Heroku new key', `HR${'KU'}-${some(60, url64)}`)
  add('Cloudflare token', `cf${'ut'}_${some(48)}`)
  named('Cloudflare old token', 'CLOUDFLARE_API_TOKEN="', some(40, url64), '"')
  add('Cloudflare origin key', `v1${'.0'}-${some(24, hex)}-${some(146, hex)}`)
  named('Fastly key', 'Fastly-Key: ', some(32, url64))
  add('Vault token', `hv${'s'}.${some(90, url64)}`)
  named('Vault old token', 'X-Vault-Token: ', `s.${some(24)}`)
  add('Terraform Cloud token', `${some(14)}.${'atlas'}v1.${some(67)}`)
  named('Datadog key', 'DD_API_KEY=', some(32, hex))
  named('Datadog application key', 'dd-application-key: ', some(40, hex))
  add('New Relic user key', `NR${'AK'}-${some(27, upper + digits)}`)
  add('New Relic license', `${some(36, hex)}NR${'AL'}`)
  add('Grafana service token', `gl${'sa'}_${some(32)}_${some(8, hex)}`)
  add('Grafana cloud token', `gl${'c'}_${json({ o: '123', n: 'shed', k: some(24) })}`)
  add('PostHog personal key', `ph${'x'}_${some(43)}`)
  add('Linear key', `lin_${'api'}_${some(40)}`)
  add('Notion token', `nt${'n'}_${some(46)}`)
  add('Notion old token', `sec${'ret'}_${some(43)}`)
  add('Airtable token', `pa${'t'}${some(14)}.${some(64, hex)}`)
  add('Asana token', `${'1'}/${some(16, digits)}:${some(32, hex)}`)
  add('Atlassian token', `AT${'ATT'}3xFfGF0${some(180, url64)}=${some(8, hex)}`)
  add('Bitbucket app password', `AT${'BB'}${some(32)}`)
  add('Postman key', `PM${'AK'}-${some(24, hex)}-${some(34, hex)}`)
  add('Figma token', `fi${'gd'}_${some(40, url64)}`)
  add('Discord bot token', `M${'T'}${some(24)}.${some(6)}.${some(38, url64)}`)
  named('Discord webhook', `https://discord.com/api/webhooks/${some(18, digits)}/`, some(68, url64))
  named('Telegram bot token', `${some(10, digits)}:`, `A${'A'}${some(33, url64.slice(0, -2))}`)
  add('Shopify token', `shp${'at'}_${some(32, hex)}`)
  add('Square token', `EA${'AA'}${some(60, url64)}`)
  add('Square application secret', `sq${'0csp'}-${some(43, url64)}`)
  add('Braintree token', `access_${'token'}$production$${some(16, lower + digits)}$${some(32, hex)}`)
  add('Databricks token', `da${'pi'}${some(32, hex)}`)
  add('Supabase token', `sb${'p'}_${some(40, hex)}`)
  add('Supabase secret key', `sb_${'secret'}_${some(31, url64)}`)
  add('PlanetScale token', `pscale_${'tkn'}_${some(43, url64)}`)
  add('Doppler token', `dp.${'pt'}.${some(43)}`)
  add('Pulumi token', `pu${'l'}-${some(40, hex)}`)
  add('age secret key', `AGE-${'SECRET'}-KEY-1${some(58, upper + digits)}`)
  add('1Password token', `op${'s'}_${json({ email: 'a@b.example', muk: { k: some(80) }, token: some(60) })}`)
  add('bcrypt hash', `$2${'b'}$12$${some(53)}`)
  add('crypt hash', `$${'6'}$${some(8)}$${some(86)}`)
  named('bearer header', 'Authorization: Bearer ', some(32))
  named('bearer token', 'curl -H "Bearer ', some(40), '"')
  named('basic header', 'Authorization: Basic ', Buffer.from(`ada:${password()}`).toString('base64'))
  named('token header', 'Authorization: token ', some(40, hex))
  named('API key header', 'X-API-Key: ', some(32))
  named('cookie header', 'Cookie: theme=dark; session=', some(40))
  named('set-cookie header', 'Set-Cookie: connect.sid=s%3A', some(60), '; Path=/; HttpOnly')
  named('session assignment', 'PHPSESSID=', some(26, lower + digits))
  named('password in an environment file', 'DB_PASSWORD=', password())
  named('password in YAML', 'password: ', password())
  named('password in JSON', '{"user": "ada", "password": "', password(), '"}')
  named('password in code', `const dbPassword = '`, password(), `'`)
  named('password in XML', '<password>', password(), '</password>')
  named('password in a sentence', 'the password is ', password())
  named('password with a number behind', 'passwd=', `hunter${some(4, digits)}`)
  named('password option', 'mysqldump --password ', password(), ' shed')
  named('user and password option', 'curl -u ada:', password(), ' https://example.org')
  named('password in SQL', `CREATE USER ada IDENTIFIED BY '`, password(), `'`)
  named('netrc', 'machine git.example.org login ada password ', password())
  named('pass phrase', 'SSH_PASSPHRASE="', `${some(6)} ${some(7)} ${password()}`, '"')
  named('api_key in YAML', 'api_key: ', some(32))
  named('apiKey in code', 'apiKey: "', some(24), '"')
  named('secret in a query string', 'https://example.org/hook?id=3&secret=', some(24))
  named('token in a query string', 'https://example.org/hook?token=', some(24), '&page=2')
  named('token option', 'gh auth --token ', some(40))
  named('SECRET_KEY_BASE', 'SECRET_KEY_BASE=', some(128, hex))
  named('signing key', 'SIGNING_KEY=', `${base64(43)}=`)
  named('encryption key', 'encryption_key => "', some(32), '"')
  named('Algolia key', 'ALGOLIA_ADMIN_API_KEY=', some(32, hex))
  return list
}
