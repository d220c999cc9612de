import {
  isBasicCredential,
  isCookie,
  isPassword,
  isPasswordOrToken,
  isSessionToken,
  isToken,
} from './secret-values.ts'

/**
 * How a kind of secret looks. Time has to stay linear in the text whatever the text: `pattern` either fails within a
 * bounded number of characters, or it matches and all it has read is done with. What can match without bound is
 * therefore last in it, or in `rest`.
 */
export interface SecretPattern {
  readonly kind: string
  /** One of these stands `back` characters behind the start of a match: at least two characters of ASCII. */
  readonly begins: readonly string[]
  readonly back: number
  /**
   * Sticky. How a match starts that goes on over what JSON escapes, as quotes and line ends: this part has none of
   * these. `pattern` goes on behind it.
   */
  readonly start?: RegExp
  /** Sticky. Its first group is text that stays, all behind that is the secret. */
  readonly pattern: RegExp
  /** Whether a match may start within a word: `password` of `DB_PASSWORD`, but not `sk-` of `task-`. */
  readonly inWord: boolean
  readonly isSecret?: (value: string) => boolean
  /** Sticky. More of the secret, read once it is known to be one. */
  readonly rest?: RegExp
}

function token(kind: string, begins: string, pattern: RegExp, back = 0): SecretPattern {
  return { kind, begins: begins.split(' '), back, pattern, inWord: false }
}

// A character of a value without quotes. Punctuation belongs to it unless a sentence or a list goes on behind it.
const bare = /(?:[^\s"'`<>&,;)\]}.\\\0-\x1f]|[&,;)\]}.](?![\s"'`<>&,;)\]}.\\\0-\x1f]|$|[\w.-]{1,40}=))/.source
const bareRest = new RegExp(`${bare}*`, 'y')
const assignedValue = new RegExp(
  [
    /([\\"'`\]]{0,5}(?:\s{0,8}(?:=>|:=|==?|:)\s{0,8}|\s{1,4}is\s{1,4}|>|%3[ADad])\\{0,3}(["'`]?))/.source,
    String.raw`(?:(?:(?!\\{0,3}\2)[^\0-\x1f]){6,200}(?=\\{0,3}\2)|${bare}{6,64})`,
  ].join(''),
  'y',
)
const keyEnd = /(?:[_-]?(?:key|value|base|string|hash|\d{1,2})){0,2}(?!\w)/.source

/** `key = value`, as code, configuration, JSON (also within a string), query strings and prose write it. */
function assigned(
  kind: string,
  begins: string,
  key: RegExp,
  isSecret: (value: string) => boolean,
): SecretPattern {
  const start = new RegExp(`(?:${key.source})${keyEnd}`, 'iy')
  return { ...token(kind, begins, assignedValue), start, inWord: true, isSecret, rest: bareRest }
}

const keyBlock =
  /[^-]*(?:-(?!----)[^-]*)*-----END [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:(?:\s|\\[nrt]|["'+,]){0,8}[A-Za-z\d+/=]{16,76})+/y

/** Kinds that begin alike stand from the narrow to the wide: the first that matches names the secret. */
export const secretPatterns: readonly SecretPattern[] = [
  // AWS IAM user guide, "Unique identifiers": AKIA and ASIA and 16 characters of base32; a secret key has 40 of base64.
  token(
    'aws-access-key',
    'AKIA ASIA ABIA ACCA',
    /A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?![A-Za-z\d])(?:[\s:,;|/"']{1,4}[A-Za-z\d+/]{40}(?![A-Za-z\d+/=]))?/y,
  ),
  token('aws-bedrock-key', 'ABSK', /ABSK[A-Za-z\d+/]{80,}={0,2}/y),
  assigned('aws-secret-key', 'aws_sec aws-sec awssec', /aws[_-]?secret(?:[_-]?access)?[_-]?key/, isToken),

  // github.blog 2021-04-05, "Behind GitHub's new authentication token formats"; docs.github.com on fine-grained tokens.
  token('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', /gh[opurs]_[A-Za-z\d]{36,}/y),
  token('github-token', 'github_pat_', /github_pat_[A-Za-z\d]{20,}_[A-Za-z\d]{20,}/y),
  // docs.gitlab.com/security/tokens, "Token prefixes".
  token(
    'gitlab-token',
    'glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt-',
    /gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[\w.-]{20,}/y,
  ),
  token('gitlab-token', 'GR1348941', /GR1348941[\w-]{20,}/y),
  // support.atlassian.com: API tokens and app passwords of Bitbucket begin so.
  token('atlassian-token', 'ATATT3 ATCTT3 ATBB', /AT(?:[AC]TT3[\w=-]{24,}|BB[A-Za-z\d]{24,})/y),

  // api.slack.com/authentication/token-types; docs.slack.dev on incoming webhooks.
  token('slack-token', 'xox', /xox[abceoprs](?:\.xox[bp])?-[\w-]{10,}/y),
  token('slack-token', 'xapp-', /xapp-\d-[\w-]{20,}/y),
  token(
    'slack-webhook',
    'hooks.slack',
    /(hooks\.slack\.com\/)(?:services|workflows|triggers)\/[\w/+-]{20,}/y,
  ),
  // discord.com/developers/docs: a bot's token begins with its id, a number, in base64; a webhook's URL ends in a token.
  token(
    'discord-token',
    'MD MT Mj Mz ND NT Nj Nz OD OT Oj Oz',
    /[MNO][DTjz][\w-]{21,26}\.[\w-]{6}\.[\w-]{27,}/y,
  ),
  token(
    'discord-webhook',
    'discord',
    /(discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{10,20}\/)[\w-]{30,}/y,
  ),
  // core.telegram.org/bots/api, "Authorizing your bot": the bot's number, a colon, 35 characters.
  { ...token('telegram-token', ':AA', /(:)AA[\w-]{33}(?![\w-])/y), inWord: true },
  token('teams-webhook', 'webhook.office', /(webhook\.office\.com\/)webhookb2\/[\w@/-]{40,}/y),
  token('zapier-webhook', 'hooks.zapier', /(hooks\.zapier\.com\/hooks\/)catch\/[\w/]{10,}/y),

  // docs.stripe.com/keys. Keys that begin with pk_ are made to be public.
  token('stripe-key', 'sk_ rk_', /[rs]k_(?:live|test)_[A-Za-z\d]{16,}/y),
  token('stripe-webhook-secret', 'whsec_', /whsec_[A-Za-z\d+/=]{24,}/y),
  // developer.squareup.com/docs/build-basics/access-tokens.
  token('square-token', 'EAAA', /EAAA[\w-]{56,}/y),
  token('square-token', 'sq0', /sq0(?:atp|csp|idp)-[\w-]{22,}/y),
  // developer.paypal.com/braintree: access tokens.
  token(
    'braintree-token',
    'access_token$',
    /access_token\$(?:production|sandbox)\$[a-z\d]{16}\$[a-f\d]{32}/y,
  ),
  token('shopify-token', 'shpat_ shpca_ shppa_ shpss_ shptka_', /shp(?:at|ca|pa|ss|tka)_[A-Fa-f\d]{32,}/y),
  token('shippo-token', 'shippo_', /shippo_(?:live|test)_[a-f\d]{40}/y),

  // platform.claude.com: keys and OAuth tokens begin sk-ant-; platform.openai.com: sk-, sk-proj-, sk-svcacct-, sk-admin-.
  token('anthropic-key', 'sk-ant-', /sk-ant-[\w-]{20,}/y),
  token('openai-key', 'sk-proj- sk-svca sk-admi', /sk-(?:proj|svcacct|admin)-[\w-]{20,}/y),
  token('openrouter-key', 'sk-or-', /sk-or-(?:v\d+-)?[A-Za-z\d]{32,}/y),
  token('api-key', 'sk-', /sk-[A-Za-z\d]{32,}/y),
  token('huggingface-token', 'hf_ api_org_', /(?:hf|api_org)_[A-Za-z\d]{30,}/y),
  token('groq-key', 'gsk_', /gsk_[A-Za-z\d]{40,}/y),
  token('xai-key', 'xai-', /xai-[A-Za-z\d]{60,}/y),
  token('replicate-token', 'r8_', /r8_[A-Za-z\d]{37}/y),
  token('perplexity-key', 'pplx-', /pplx-[A-Za-z\d]{40,}/y),

  // cloud.google.com/docs/authentication/api-keys; developers.google.com/identity on OAuth clients and tokens.
  token('google-api-key', 'AIza', /AIza[\w-]{35}(?![\w-])/y),
  token('google-oauth-secret', 'GOCSPX-', /GOCSPX-[\w-]{24,}/y),
  token('google-oauth-token', 'ya29.', /ya29\.[\w-]{20,}/y),
  token('google-oauth-token', '1//', /1\/\/0[\w-]{30,}/y),
  // learn.microsoft.com: storage connection strings, shared access signatures, secrets of Entra applications.
  token('azure-signature', 'sig=', /(sig=)[A-Za-z\d%+/=-]{40,}/y),
  token('azure-client-secret', 'Q~', /[\w.~-]{3}\dQ~[\w.~-]{31,34}/y, 4),
  // cloudflare.com, "Token formats": a prefix, 40 characters, a checksum; Origin CA keys begin v1.0-.
  token('cloudflare-token', 'cfk_ cfut_ cfat_', /cf(?:k|ut|at)_[A-Za-z\d]{40,}/y),
  token('cloudflare-origin-key', 'v1.0-', /v1\.0-[a-f\d]{24}-[a-f\d]{100,}/y),
  assigned('fastly-key', 'fastly', /fastly[_-]?(?:api[_-]?)?(?:key|token)/, isToken),
  // docs.digitalocean.com, devcenter.heroku.com, docs.databricks.com, fly.io/docs.
  token('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', /do[por]_v1_[a-f\d]{64}/y),
  token('heroku-key', 'HRKU-', /HRKU-[\w-]{36,}/y),
  token('databricks-token', 'dapi', /dapi[a-f\d]{32}(?:-\d)?/y),
  token('fly-token', 'fm1 fm2', /fm[12][ar]?_[A-Za-z\d+/=,_]{60,}/y),
  token('netlify-token', 'nfp_', /nfp_[A-Za-z\d]{36,}/y),
  token('render-key', 'rnd_', /rnd_[A-Za-z\d]{28,}/y),
  // supabase.com/docs on API keys, planetscale.com/docs on service tokens, docs.doppler.com on token formats.
  token('supabase-key', 'sbp_ sb_secret_', /(?:sbp_(?:v0_)?[a-f\d]{40}|sb_secret_[\w-]{20,})/y),
  token('planetscale-token', 'pscale_', /pscale_(?:tkn|pw|oauth)_[\w.=-]{32,}/y),
  token('doppler-token', 'dp.', /dp\.(?:pt|st|ct|sa|scim|audit|said)\.(?:[\w-]{2,35}\.)?[A-Za-z\d]{40,}/y),

  // developer.hashicorp.com: Vault's tokens begin hvs., hvb., hvr.; those of HCP Terraform have .atlasv1. in them.
  token('vault-token', 'hvs. hvb. hvr.', /hv[sbr]\.[\w-]{20,}/y),
  token('terraform-token', '.atlasv1.', /[A-Za-z\d]{14}\.atlasv1\.[\w=-]{60,}/y, 14),
  token('pulumi-token', 'pul-', /pul-[a-f\d]{40}/y),
  // github.com/FiloSottile/age and C2SP, "age": the key in upper case bech32.
  token('age-secret-key', 'AGE-SECRET-KEY-', /AGE-SECRET-KEY-(?:PQ-)?1[A-Z\d]{50,}/y),
  token('1password-token', 'ops_eyJ', /ops_eyJ[\w+/=-]{100,}/y),

  // docs.npmjs.com, pypi.org/help (macaroons that begin pypi-AgE), guides.rubygems.org, crates.io, learn.microsoft.com.
  token('npm-token', 'npm_', /npm_[A-Za-z\d]{36,}/y),
  token('pypi-token', 'pypi-', /pypi-Ag[\w-]{50,}/y),
  token('rubygems-key', 'rubygems_', /rubygems_[a-f\d]{48}/y),
  token('crates-token', 'cio', /cio[A-Za-z\d]{32}(?![A-Za-z\d])/y),
  token('nuget-key', 'oy2', /oy2[a-z\d]{43}(?![A-Za-z\d])/y),
  token('docker-token', 'dckr_', /dckr_[op]at_[\w-]{20,}/y),

  // twilio.com/docs (API keys: SK and 32 hex), docs.sendgrid.com, documentation.mailgun.com, mailchimp.com/developer.
  token('twilio-key', 'SK', /SK[a-f\d]{32}(?![A-Za-z\d])/y),
  token('sendgrid-key', 'SG.', /SG\.[\w-]{16,32}\.[\w-]{32,}/y),
  token('mailgun-key', 'key-', /(?<![_-])key-[a-f\d]{32}(?![\w-])/y),
  token('mailchimp-key', '-us', /[a-f\d]{32}-us\d{1,2}(?![\w-])/y, 32),
  token('brevo-key', 'xkeysib- xsmtpsib-', /x(?:keysib|smtpsib)-[a-f\d]{64}-[A-Za-z\d]{16}/y),
  token('resend-key', 're_', /re_[A-Za-z\d]{8}_[A-Za-z\d]{20,}/y),

  // docs.newrelic.com, "New Relic API keys"; docs.sentry.io, "Token and Credential Formats"; grafana.com/docs.
  token('newrelic-key', 'NRAK- NRII- NRIQ- NRJS-', /NR(?:AK|II|IQ|JS)-[\w-]{19,}/y),
  token('newrelic-key', 'NRAL', /[A-Fa-f\d]{36}NRAL(?![A-Za-z\d])/y, 36),
  token('sentry-token', 'sntry', /sntry[a-z]{1,2}_[\w+/=-]{40,}/y),
  token('grafana-token', 'glc_ glsa_', /gl(?:c|sa)_[\w+/=]{32,}/y),
  token('grafana-token', 'eyJrIjoi', /eyJrIjoi[A-Za-z\d+/]{40,}={0,2}/y),
  // posthog.com/docs: phx_ is personal, phs_ of a feature flag server; phc_ is made to be public.
  token('posthog-key', 'phx_ phs_', /ph[xs]_[\w-]{32,}/y),

  // linear.app/developers, developers.notion.com, airtable.com/developers, developers.asana.com, learning.postman.com.
  token('linear-key', 'lin_api_ lin_oaut', /lin_(?:api|oauth)_[A-Za-z\d]{32,}/y),
  token('notion-token', 'ntn_ secret_', /(?:ntn_[A-Za-z\d]{40,}|secret_[A-Za-z\d]{43}(?![A-Za-z\d]))/y),
  token('airtable-token', 'pat', /pat[A-Za-z\d]{14}\.[a-f\d]{64}/y),
  token('asana-token', '1/ 2/', /[12]\/\d{12,20}(?:\/\d{12,20})?:[a-f\d]{32}/y),
  token('postman-key', 'PMAK-', /PMAK-[a-f\d]{24}-[a-f\d]{34}/y),
  token('figma-token', 'figd_ figu_ figo_', /fig[dou]_[\w-]{36,}/y),
  token('hubspot-token', 'pat-', /pat-(?:na|eu)\d-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/y),

  // RFC 7519: header and payload are JSON objects, so both begin with `{"` in base64. MotherDuck's tokens are such.
  { ...token('jwt', 'eyJ', /eyJ[\w-]{10,1024}\.eyJ[\w-]{10,}(?:\.[\w-]*)?/y), rest: /(?:\.[\w-]+)*/y },
  // RFC 7468 and RFC 9580; a key that is cut off before its END has lines of base64 behind its BEGIN.
  {
    ...token('private-key', '-----BEGIN', keyBlock),
    start: /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y,
    inWord: true,
    isSecret: block => /[A-Za-z\d+/=]{16}/.test(block),
  },
  // crypt(5): what a password was hashed to, so that it can be guessed at leisure.
  token('password-hash', '$2', /\$2[abxy]\$\d\d\$[./A-Za-z\d]{53}/y),
  token(
    'password-hash',
    '$argon2',
    /\$argon2(?:id|i|d)\$v=\d+\$[\w=,]{5,60}\$[A-Za-z\d+/]{8,80}\$[A-Za-z\d+/]{16,}/y,
  ),
  token(
    'password-hash',
    '$1$ $5$ $6$ $y$',
    /\$[156y]\$(?:rounds=\d{1,9}\$)?[./A-Za-z\d$]{1,60}\$[./A-Za-z\d]{22,}/y,
  ),

  // RFC 3986, 3.2.1: a user and, behind a colon, a password.
  {
    ...token('url-password', '://', /(?![$<{*[(]|%[A-Z(])[^\s/@"'`<>\\\0-\x1f]{1,256}(?=@[\w.[$-])/y),
    start: /:\/\/[!$-.\d;=A-Z[\]^_a-z{|}~]{0,64}:/y,
    inWord: true,
  },
  { ...token('url-password', '://', /(:\/\/)[\w-]{20,200}(?=@[\w.[$-])/y), inWord: true, isSecret: isToken },

  // RFC 9110, 11.6.2; RFC 7617 (Basic), RFC 6750 (Bearer), RFC 6265 (cookies).
  {
    ...token(
      'authorization',
      'authorization',
      /([\\"'`\]]{0,5}\s{0,4}[:=]\s{0,4}[\\"'`]{0,4}(?:[A-Za-z][\w-]{1,20}\s{1,4})?)[\w.~+/=:-]{8,64}/y,
    ),
    start: /authorization/iy,
    inWord: true,
    isSecret: isToken,
    rest: /[\w.~+/=:-]*/y,
  },
  {
    ...token('bearer-token', 'bearer', /(\s{1,4})[\w.~+/=-]{16,64}/y),
    start: /bearer/iy,
    isSecret: isToken,
    rest: /[\w.~+/=-]*/y,
  },
  {
    ...token('basic-credential', 'basic', /(\s{1,4})[A-Za-z\d+/]{8,1024}={0,2}/y),
    start: /basic/iy,
    isSecret: isBasicCredential,
  },
  {
    ...token(
      'cookie',
      'cookie',
      /([\\"'`\]]{0,5}\s{0,4}:\s{0,4}[\\"'`]{0,4})(?=[^\s=:]{1,80}=)[^"'`\\\0-\x1f]{10,300}/y,
    ),
    start: /cookie(?!\w)/iy,
    isSecret: isCookie,
    rest: /[^"'`\\\0-\x1f]*/y,
  },
  // curl(1) and other programs; `netrc` in GNU Inetutils.
  {
    ...token('password', '-u --us', new RegExp(`([ =]{0,2}["']?[^\\s:"'/]{1,64}:)${bare}{4,64}`, 'y')),
    start: /-(?:u|-user)(?!\w)/y,
    isSecret: isPassword,
    rest: bareRest,
  },
  {
    ...token('option', '--', new RegExp(`([ \\t]{1,3}["']?)${bare}{6,64}`, 'y')),
    start: /--(?:[a-z]{1,12}-){0,3}(?:pass(?:word|wd|phrase)|token|secret|(?:api|access)-?key)(?!\w)/y,
    isSecret: isPasswordOrToken,
    rest: bareRest,
  },
  {
    ...token(
      'netrc-password',
      'machine',
      /(\s{1,8}[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}\s{1,8}login\s{1,8}[^\s"'\\]{1,60}\s{1,8}(?:account\s{1,8}[^\s"'\\]{1,60}\s{1,8})?password\s{1,8})[^\s"'\\]{1,60}/y,
    ),
    start: /machine(?!\w)/y,
    rest: /[^\s"'\\]*/y,
  },
  // PostgreSQL, MySQL and Oracle: CREATE USER … IDENTIFIED BY '…', … PASSWORD '…'.
  {
    ...token('password', 'identified password', /(\s{1,4}(["']))(?:(?!\2)[^\0-\x1f]){6,200}(?=\2)/y),
    start: /(?:identified by|password)(?!\w)/iy,
    isSecret: isPassword,
  },

  // Whatever is called a secret and looks like one. `auth` alone only where nothing but a credential stands: in Docker's
  // config.json and in .npmrc.
  assigned('password', 'pass pwd _pass', /pass(?:word|wd|phrase|code)|pwd|_pass/, isPassword),
  assigned('secret', 'secret', /secret(?:[_-]?access[_-]?key)?/, isToken),
  assigned('token', 'token', /token(?:[_-]?secret)?/, isToken),
  assigned(
    'api-key',
    'api access private signing encrypt account auth master service app subscr storage deploy license webhook session shared',
    /(?:api|access|private|signing|encryption|account|auth|master|service|app(?:lication)?|subscription|storage|deploy|license|webhook|session)[ _-]?key/,
    isToken,
  ),
  assigned('credential', 'credential', /credentials?/, isToken),
  assigned('auth', '"auth \'auth _auth', /["']auth(?=\\{0,3}["'])|_auth/, isToken),
  assigned(
    'session',
    'session phpsess jsess connect.',
    /session(?:id|[_-]?cookie)?|(?:php|j)sess(?:ion)?id|connect\.sid/,
    isSessionToken,
  ),
]
