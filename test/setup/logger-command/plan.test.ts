import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { planLoggerCommand, planLoggerCommandRemoval } from '../../../src/setup/logger-command/plan.ts'
import { loggerScript } from '../../../src/setup/logger-command/script.ts'
import { mainFile, makeHome } from '../../support/home.ts'
import { aPlace, runAll } from '../../support/setup-place.ts'

/** `csl` as npm installs it: a link in a folder of PATH, behind which there are others. */
function anInstallation() {
  const home = makeHome()
  const prefix = path.join(home.folder, 'prefix/bin')
  mkdirSync(prefix, { recursive: true })
  symlinkSync(mainFile, path.join(prefix, 'csl'))
  const env = { ...home.env, PATH: `${prefix}:/usr/bin:/bin` }
  return { home, env, file: path.join(prefix, 'logger'), place: aPlace(home, '', { env }) }
}

test('it is installed when asked for, for everybody to start, kept up to date, and taken out', async () => {
  const { place, file } = anInstallation()

  const unasked = await planLoggerCommand(place, false)
  const [step] = await runAll(planLoggerCommand(place, true))
  const text = readFileSync(file, 'utf8')
  const again = [await planLoggerCommand(place, true), await planLoggerCommand(place, false)]
  await runAll(planLoggerCommand({ ...place, node: '/opt/node' }, false))
  const updated = readFileSync(file, 'utf8')
  const mode = statSync(file).mode & 0o777
  await runAll(planLoggerCommandRemoval(place))

  expect(unasked).toEqual([])
  expect(step?.title).toBe(file)
  expect(text).toBe(loggerScript({ node: process.execPath, main: mainFile }))
  expect(again).toEqual([[], []])
  expect(updated).toContain("'/opt/node'")
  expect(mode).toBe(0o755)
  expect(existsSync(file)).toBe(false)
  expect(existsSync(place.paths.setupRecord)).toBe(false)
  expect(await planLoggerCommandRemoval(place)).toEqual([])
})

test('another logger beside csl stays', async () => {
  const { place, file } = anInstallation()
  writeFileSync(file, '#!/bin/sh\necho mine\n')

  await expect(planLoggerCommand(place, true)).rejects.toThrow(`there is another ${file}`)
  expect(await planLoggerCommandRemoval(place)).toEqual([])
})

test('one that another installation put there is not ours to take out', async () => {
  const { place, file } = anInstallation()
  writeFileSync(file, loggerScript({ node: '/opt/node', main: '/opt/main.mjs' }))

  expect(await planLoggerCommandRemoval(place)).toEqual([])
})

test('where csl is on no PATH there is no place for it', async () => {
  const { place } = anInstallation()

  await expect(planLoggerCommand({ ...place, env: { PATH: 'bin:/bin' } }, true)).rejects.toThrow(
    'csl is not on your PATH',
  )
  await expect(planLoggerCommand({ ...place, platform: 'win32' }, true)).rejects.toThrow('Windows')
})

test('one that stands before it on PATH is named', async () => {
  const { home, place, env, file } = anInstallation()
  const before = path.join(home.folder, 'before')
  mkdirSync(before)
  writeFileSync(path.join(before, 'logger'), '')

  const PATH = `${before}:${env.PATH}`
  const [step] = await planLoggerCommand({ ...place, env: { ...env, PATH } }, true)

  expect(step?.title).toBe(file)
  expect(step?.details?.join('\n')).toContain(`${before} stands before it on your PATH`)
})

test('a script that a person wrote over it stays', async () => {
  const { place, file } = anInstallation()
  await runAll(planLoggerCommand(place, true))
  writeFileSync(file, '#!/bin/sh\necho mine\n')

  await runAll(planLoggerCommandRemoval(place))

  expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\necho mine\n')
  expect(existsSync(place.paths.setupRecord)).toBe(false)
})
