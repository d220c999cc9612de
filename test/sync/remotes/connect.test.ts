import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError, UserError } from '../../../src/base/errors.ts'
import { connect } from '../../../src/sync/remotes/connect.ts'
import { startPgServer } from '../../support/pg-server/start.ts'
import { errorOf } from '../../support/remotes.ts'

function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-connect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const options = { tokens: [], label: 'this one', waitMs: 0 }

async function thrownBy(url: string): Promise<unknown> {
  return connect(url, options).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a full path opens a file', async () => {
  const transport = await connect(path.join(aFolder(), 'team.duckdb'), options)
  onTestFinished(() => transport.close())

  expect(await transport.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
})

test('pg: opens a connection, with the token of a file where the one of the environment is refused', async () => {
  const server = await startPgServer({ file: path.join(aFolder(), 'remote.duckdb') })
  onTestFinished(server.stop)
  const tokens = [
    { source: 'motherduck_token', token: 'an-old-one' },
    { source: '~/.config/motherduck/token', token: server.token },
  ]

  const transport = await connect(server.url, { ...options, tokens })
  onTestFinished(() => transport.close())

  expect(await transport.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
})

test('a database that is not there yet is made, once', async () => {
  const server = await startPgServer({ file: path.join(aFolder(), 'remote.duckdb'), databases: ['other'] })
  onTestFinished(server.stop)
  const tokens = [{ source: 'motherduck_token', token: server.token }]
  const open = async () => {
    const transport = await connect(server.url, { ...options, tokens })
    onTestFinished(() => transport.close())
    return transport
  }

  const answer = await (await open()).query(`SELECT 'well' AS v`)
  const before = await server.statements()
  await open()

  expect(answer).toEqual([{ v: 'well' }])
  // SET TimeZone alone.
  expect((await server.statements()) - before).toBe(1)
})

test('md: asks for the extension where it is missing', async () => {
  const before = process.env.HOME
  process.env.HOME = aFolder()
  onTestFinished(() => {
    process.env.HOME = before
  })
  const tokens = [{ source: 'motherduck_token', token: 'tok_51423' }]

  const error = await errorOf(connect('md:', { ...options, tokens }))

  expect(error).toMatchObject({
    kind: 'extension',
    message: expect.stringContaining('md:claude_sessions'),
    hint: expect.stringMatching(/csl remote remove .*csl remote add/),
  })
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('tok_51423')
})

test.each(['md:team', 'pg:team'])('%s without a token says so', async url => {
  const error = await thrownBy(url)

  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({ message: 'there is no MotherDuck token on this machine' })
})

test.each([
  'team.duckdb',
  'https://example.com/team',
  's3://bucket/team.duckdb',
  'md:team?motherduck_token=tok_51423',
  'md:a/b',
  'pg://me:tok_51423@db.example/team',
])('%s is no address, and is not repeated', async url => {
  const error = await thrownBy(url)

  expect(error).toBeInstanceOf(UsageError)
  expect(inspect(error, { depth: 20 }).split('\n    at ')[0]).not.toContain('tok_51423')
})
