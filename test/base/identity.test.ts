import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../src/base/errors.ts'
import { readIdentity, updateIdentity } from '../../src/base/identity.ts'
import { findPaths, type Paths } from '../../src/base/paths.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const known = { machineId: 'm-1', label: 'desk', personId: 'p-1', gitName: 'Ada' }

function somePaths(): Paths {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-identity-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return findPaths({ CLAUDE_LOGGER_HOME: path.join(folder, 'data'), HOME: folder })
}

function pathsWith(content: unknown): Paths {
  const paths = somePaths()
  mkdirSync(paths.home, { recursive: true })
  writeFileSync(paths.machineFile, typeof content === 'string' ? content : JSON.stringify(content))
  return paths
}

describe('the identity of a machine', () => {
  test('is made once and then stays', async () => {
    const paths = somePaths()

    const first = await readIdentity(paths, {})
    const second = await readIdentity(paths, {})

    expect(first.machineId).toMatch(uuid)
    expect(first.personId).toMatch(uuid)
    expect(first.personId).not.toBe(first.machineId)
    expect(first.machineLabel).not.toBe('')
    expect(second).toEqual(first)
    expect((statSync(paths.machineFile).mode & 0o777).toString(8)).toBe('600')
  })

  test('is one for all that start at once', async () => {
    const paths = somePaths()

    const found = await Promise.all(Array.from({ length: 8 }, () => readIdentity(paths, {})))

    expect(new Set(found.map(({ machineId, personId }) => `${machineId} ${personId}`)).size).toBe(1)
  })

  test('is what the environment says, which is not kept', async () => {
    const paths = pathsWith(known)

    const identity = await readIdentity(paths, {
      CLAUDE_LOGGER_MACHINE_ID: ' ci-7 ',
      CLAUDE_LOGGER_MACHINE_LABEL: ' build farm ',
      CLAUDE_LOGGER_USER: ' Grace ',
    })

    expect(identity).toMatchObject({
      machineId: 'ci-7',
      machineLabel: 'build farm',
      personId: 'p-1',
      personName: 'Grace',
    })
    expect(JSON.parse(readFileSync(paths.machineFile, 'utf8'))).toEqual(known)
  })

  test('is not what an empty variable says', async () => {
    const empty = { CLAUDE_LOGGER_MACHINE_ID: '', CLAUDE_LOGGER_MACHINE_LABEL: ' ', CLAUDE_LOGGER_USER: '' }

    expect(await readIdentity(pathsWith(known), empty)).toMatchObject({
      machineId: 'm-1',
      machineLabel: 'desk',
      personName: 'Ada',
    })
  })

  test('names a person without a name by the machine', async () => {
    const identity = await readIdentity(pathsWith({ ...known, gitName: null }), {})

    expect(identity.personName).toBe('unknown@desk')
  })

  test.each(['../etc', 'a b', 'x'.repeat(101), '-rf', 'ä'])('refuses the id %j', async id => {
    const reading = readIdentity(pathsWith(known), { CLAUDE_LOGGER_MACHINE_ID: id })

    await expect(reading).rejects.toThrow('CLAUDE_LOGGER_MACHINE_ID is not usable')
  })

  test.each([
    ['cut off', '{"machineId": "m-1"'],
    ['empty', ''],
    ['null', 'null'],
    ['a list', []],
    ['without an id', { ...known, machineId: undefined }],
    ['with an id that is a path', { ...known, machineId: '../m' }],
    ['with a person that is a number', { ...known, personId: 7 }],
    ['without a label', { ...known, label: '' }],
  ])('is not made anew where its file is %s', async (_, content) => {
    const paths = pathsWith(content)
    const before = readFileSync(paths.machineFile, 'utf8')

    const readings = await Promise.allSettled([
      readIdentity(paths, {}),
      updateIdentity(paths, {}, { label: 'x' }),
    ])

    for (const reading of readings) {
      expect(reading.status === 'rejected' && reading.reason).toBeInstanceOf(UserError)
    }
    expect(readFileSync(paths.machineFile, 'utf8')).toBe(before)
  })

  test('whose folder can’t be made says what to do', async () => {
    const paths = somePaths()
    writeFileSync(paths.home, '')

    const error: unknown = await readIdentity(paths, {}).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: expect.stringContaining('cannot write to the data folder'),
      hint: expect.stringContaining('CLAUDE_LOGGER_HOME'),
    })
  })
})

describe('a change of the identity', () => {
  test('sets the label and keeps everything else', async () => {
    const paths = pathsWith(known)

    const identity = await updateIdentity(paths, {}, { label: 'laptop' })

    expect(identity).toMatchObject({ machineId: 'm-1', machineLabel: 'laptop', personId: 'p-1' })
    expect(JSON.parse(readFileSync(paths.machineFile, 'utf8'))).toMatchObject({
      machineId: 'm-1',
      label: 'laptop',
      personId: 'p-1',
    })
  })

  test('without a label keeps the one there is', async () => {
    const paths = pathsWith(known)

    expect((await updateIdentity(paths, {}, {})).machineLabel).toBe('desk')
  })

  test('makes what is missing', async () => {
    const paths = somePaths()

    const made = await updateIdentity(paths, {}, { label: 'laptop' })

    expect(made).toMatchObject({ machineId: expect.stringMatching(uuid), machineLabel: 'laptop' })
    expect(await readIdentity(paths, {})).toEqual(made)
  })

  test('says to others what a person chose as its label, and never the name of the host', async () => {
    const paths = pathsWith({ ...known, machineId: 'abcdef-1', gitName: null })
    expect(await readIdentity(paths, {})).toMatchObject({
      machineLabel: 'desk',
      publicLabel: 'machine-abcdef',
      personName: 'unknown@desk',
      publicPersonName: 'unknown@machine-abcdef',
    })
    expect(await readIdentity(paths, { CLAUDE_LOGGER_MACHINE_LABEL: 'farm' })).toMatchObject({
      publicLabel: 'farm',
    })

    await updateIdentity(paths, {}, {})
    expect((await readIdentity(paths, {})).publicLabel).toBe('machine-abcdef')
    await updateIdentity(paths, {}, { label: 'desk' })
    expect((await readIdentity(paths, {})).publicLabel).toBe('desk')
    await updateIdentity(paths, {}, {})
    expect((await readIdentity(paths, {})).publicLabel).toBe('desk')
  })

  test('keeps the ids that its person had before', async () => {
    const paths = pathsWith(known)

    await updateIdentity(paths, {}, { personId: 'p-2' })
    await updateIdentity(paths, {}, { personId: 'p-3' })
    const back = await updateIdentity(paths, {}, { personId: 'p-1' })

    expect(back).toMatchObject({ personId: 'p-1', formerPersonIds: ['p-2', 'p-3'] })
    expect(await readIdentity(paths, {})).toEqual(back)
    expect((await readIdentity(pathsWith({ ...known, formerPersonIds: 'x' }), {})).formerPersonIds).toEqual(
      [],
    )
  })
})
