import os from 'node:os'
import { expect, test } from 'vitest'
import { findPaths, findUserHome } from '../../src/base/paths.ts'

test('the data folder lies in the first Claude folder', () => {
  const { claudeRoots, home } = findPaths({ HOME: '/home/ada', CLAUDE_CONFIG_DIR: '~/work, /srv/claude' })

  expect(claudeRoots).toEqual(['/home/ada/work', '/srv/claude'])
  expect(home).toBe('/home/ada/work/claude-session-logger')
})

test('without HOME, or with an empty one, the account says where the home is', () => {
  const account = os.userInfo().homedir

  expect(findUserHome({})).toBe(process.env.HOME || account)
  expect(findUserHome({ HOME: '' })).toBe(process.env.HOME || account)
})

test('a home that is no absolute path is refused, not taken for a folder of wherever we are', () => {
  expect(() => findPaths({ HOME: 'here' })).toThrow('no telling where your home folder is')
})

test('where all folders are named, no home is needed', () => {
  const { home } = findPaths({
    HOME: 'here',
    CLAUDE_CONFIG_DIR: '/srv/claude',
    CLAUDE_LOGGER_HOME: '/srv/log',
  })

  expect(home).toBe('/srv/log')
})
