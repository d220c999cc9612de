import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { UsageError } from '../../../src/base/errors.ts'
import { parsePostgresUrl } from '../../../src/sync/remotes/postgres-url.ts'

function refusalOf(text: string): UsageError {
  try {
    parsePostgresUrl(text)
  } catch (error) {
    if (error instanceof UsageError) return error
    throw error
  }
  throw new Error(`not refused: ${text}`)
}

test.each([
  ['pg:claude_sessions', 'pg.us-east-1-aws.motherduck.com', 5432, 'claude_sessions', true],
  ['pg:team?region=eu-central-1', 'pg.eu-central-1-aws.motherduck.com', 5432, 'team', true],
  ['pg://db.example/team', 'db.example', 5432, 'team', true],
  ['pg://db.example:6000/my%20team', 'db.example', 6000, 'my team', true],
  ['pg://localhost:6000/team?tls=off', 'localhost', 6000, 'team', false],
  ['pg://127.0.0.1/team?tls=off', '127.0.0.1', 5432, 'team', false],
  ['pg://[::1]:6000/team?tls=off', '::1', 6000, 'team', false],
])('%s is understood', (text, host, port, database, tls) => {
  expect(parsePostgresUrl(text)).toEqual({ host, port, database, tls })
})

test.each([
  ['pg:', /name a database/],
  ['pg://db.example', /name a database/],
  ['pg:a/b', /name a database/],
  ['pg:team?region=everywhere', /no such region/],
  ['pg:team?region=us-east-1.evil.example/', /no such region/],
  ['pg:team?tls=off', /no option "tls"/],
  ['pg://db.example/team?tls=off', /this machine only/],
  ['pg://127.0.0.1.evil.example/team?tls=off', /this machine only/],
  ['pg://localhost/team?tls=no', /tls can only be off/],
  ['pg://localhost/team?sslmode=disable', /no option "sslmode"/],
  ['pg://local host/team', /not an address/],
  ['postgres://db.example/team', /begin with pg:/],
])('%s is refused', (text, reason) => {
  expect(refusalOf(text).message).toMatch(reason)
})

test.each(['pg://me:tok_51423@db.example/team', 'pg://tok_51423@db.example/team'])(
  'a token in an address is refused without repeating it: %s',
  text => {
    const error = refusalOf(text)

    expect(error.message).toMatch(/must not hold a token/)
    expect(inspect(error)).not.toContain('tok_51423')
  },
)
