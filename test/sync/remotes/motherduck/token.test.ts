import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../../../src/base/errors.ts'
import { findTokens, withToken } from '../../../../src/sync/remotes/motherduck/token.ts'
import { RemoteError } from '../../../../src/sync/remotes/trouble.ts'
import { errorOf } from '../../../support/remotes.ts'

function aHome(files: Readonly<Record<string, string>> = {}): string {
  const home = mkdtempSync(path.join(tmpdir(), 'csl-token-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(home, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return home
}

const allFiles = {
  '.config/motherduck/token': 'of-our-file\n',
  '.motherduck/credentials.json': '{"token": "of-the-client"}',
}
const bothVariables = { motherduck_token: 'of-the-small', MOTHERDUCK_TOKEN: 'of-the-large' }

/** Opens with whichever tokens are not refused; keeps those that were tried. */
function opener(refused: readonly string[]) {
  const tried: string[] = []
  const open = async (token: string) => {
    tried.push(token)
    if (refused.includes(token)) throw new RemoteError('refused', 'md:team refused the token')
    return 'open'
  }
  return { tried, open }
}

test('the environment comes before the files, and our file before the one of the client', () => {
  const home = aHome(allFiles)

  const found = findTokens(bothVariables, home)

  expect(found.map(({ token }) => token)).toEqual([
    'of-the-small',
    'of-the-large',
    'of-our-file',
    'of-the-client',
  ])
  expect(found.map(({ source }) => source)).toEqual([
    'motherduck_token',
    'MOTHERDUCK_TOKEN',
    path.join(home, '.config/motherduck/token'),
    path.join(home, '.motherduck/credentials.json'),
  ])
})

test('the client may keep its file elsewhere', () => {
  const home = aHome({ 'elsewhere/credentials.json': '{"token": "moved"}', ...allFiles })

  const found = findTokens({ MOTHERDUCK_HOME: path.join(home, 'elsewhere') }, home)

  expect(found.map(({ token }) => token)).toEqual(['of-our-file', 'moved'])
})

test.each([
  ['nothing', {}],
  ['a file that is empty', { '.config/motherduck/token': '\n' }],
  ['a file of several words', { '.config/motherduck/token': 'see the wiki' }],
  ['half a file', { '.motherduck/credentials.json': '{"token": "of' }],
  ['a file of another shape', { '.motherduck/credentials.json': '["token"]' }],
  ['no file but a folder', { '.config/motherduck/token/inside': 'x' }],
])('%s is no token', (_, files) => {
  expect(findTokens({ motherduck_token: ' ' }, aHome(files))).toEqual([])
})

test('a token that is in several places is tried once', () => {
  const home = aHome({ '.config/motherduck/token': 'same' })

  expect(findTokens({ motherduck_token: 'same\n', MOTHERDUCK_TOKEN: 'same' }, home)).toEqual([
    { source: 'motherduck_token', token: 'same' },
  ])
})

test('a token of the environment that is refused gives way to the one of a file, once', async () => {
  const { tried, open } = opener(['of-the-small'])

  const result = await withToken(findTokens(bothVariables, aHome(allFiles)), open)

  expect(result).toBe('open')
  expect(tried).toEqual(['of-the-small', 'of-our-file'])
})

test('where both are refused, the places are named and not the tokens', async () => {
  const home = aHome(allFiles)
  const { tried, open } = opener(['of-the-small', 'of-our-file', 'of-the-client'])

  const error = await errorOf(withToken(findTokens(bothVariables, home), open))

  expect(tried).toEqual(['of-the-small', 'of-our-file'])
  expect(error.message).toBe(
    `md:team refused the token of motherduck_token and of ${path.join(home, '.config/motherduck/token')}`,
  )
  expect(error.kind).toBe('refused')
  for (const token of tried) expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token)
})

test('a token of a file that is refused is not followed by another', async () => {
  const { tried, open } = opener(['of-our-file'])

  const error = await errorOf(withToken(findTokens({}, aHome(allFiles)), open))

  expect(tried).toEqual(['of-our-file'])
  expect(error.kind).toBe('refused')
})

test('other troubles are not the token’s', async () => {
  const { tried, open } = opener([])
  const failing = (token: string) =>
    open(token).then(() => {
      throw new RemoteError('transient', 'no network')
    })

  const error = await errorOf(withToken(findTokens(bothVariables, aHome(allFiles)), failing))

  expect(error.message).toBe('no network')
  expect(tried).toEqual(['of-the-small'])
})

test('without a token nothing is opened, and one line says where to get one', async () => {
  const { tried, open } = opener([])

  const error = await withToken(findTokens({}, aHome()), open).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

  expect(tried).toEqual([])
  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({
    message: 'there is no MotherDuck token on this machine',
    hint: expect.stringMatching(/personal access token.*Settings → Access Tokens.*not a service account/),
  })
})
