import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ProjectKey, projectOf, strongerKey } from '../../../src/features/sessions/project-key.ts'

let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'csl-project-')))
})

afterEach(() => rmSync(root, { recursive: true }))

const settings = [
  'user.name=Ada',
  'user.email=ada@acme.example',
  'protocol.file.allow=always',
  'init.defaultBranch=main',
]

function git(cwd: string, ...args: string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  execFileSync('git', [...settings.flatMap(setting => ['-c', setting]), ...args], { cwd, env, stdio: 'pipe' })
}

function aRepository(name: string, url?: string): string {
  const folder = aFolder(name)
  git(folder, 'init', '-q')
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'begin')
  if (url !== undefined) git(folder, 'remote', 'add', 'origin', url)
  return folder
}

function aFolder(name: string): string {
  const folder = path.join(root, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

function keyOf(url: string) {
  const folder = aFolder(`made-${Math.abs(url.length)}`)
  mkdirSync(path.join(folder, '.git'), { recursive: true })
  writeFileSync(path.join(folder, '.git/HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(path.join(folder, '.git/config'), `[remote "origin"]\n\turl = ${url}\n`)
  return projectOf(folder)
}

describe('a repository with a remote', () => {
  test('is known by it from every folder inside', () => {
    const repository = aRepository('my-checkout', 'git@github.com:Acme/Orchard-API.git')
    const inside = aFolder('my-checkout/src/deep')

    const expected = { project: 'Orchard-API', key: 'github.com/acme/orchard-api', kind: 'remote' }
    expect(projectOf(repository)).toEqual(expected)
    expect(projectOf(inside)).toEqual(expected)
  })

  test('is known by it through a symlink, too', () => {
    aRepository('checkout', 'https://git.acme.example/press/cli')
    aFolder('checkout/src')
    const link = path.join(root, 'link')
    symlinkSync(path.join(root, 'checkout/src'), link)

    expect(projectOf(link).key).toBe('git.acme.example/press/cli')
  })

  test('is one project with all its worktrees', () => {
    const repository = aRepository('checkout', 'https://github.com/acme/orchard.git')
    git(repository, 'worktree', 'add', '-q', '../elsewhere/feature')

    const worktree = projectOf(path.join(root, 'elsewhere/feature'))

    expect(worktree).toEqual({ project: 'orchard', key: 'github.com/acme/orchard', kind: 'remote' })
    expect(worktree).toEqual(projectOf(repository))
  })

  test('takes origin before others, and the first other if there is no origin', () => {
    const repository = aRepository('checkout')
    git(repository, 'remote', 'add', 'fork', 'https://github.com/ada/orchard')
    git(repository, 'remote', 'add', 'mirror', 'https://github.com/mirror/orchard')

    const before = projectOf(repository)
    git(repository, 'remote', 'add', 'origin', 'https://github.com/acme/orchard')

    expect(before.key).toBe('github.com/ada/orchard')
    expect(projectOf(repository).key).toBe('github.com/acme/orchard')
  })

  test('on this disk is known by the path of what it was cloned from', () => {
    aRepository('source')
    git(root, 'clone', '-q', 'source', 'copy')
    git(root, 'clone', '-q', '--bare', 'source', 'bare.git')
    git(root, 'clone', '-q', `file://${root}/bare.git`, 'from-bare')
    const relative = aRepository('relative', '../bare.git/')

    expect(projectOf(path.join(root, 'copy'))).toEqual({
      project: 'source',
      key: `file:${root}/source`,
      kind: 'remote',
    })
    expect(projectOf(path.join(root, 'from-bare'))).toEqual({
      project: 'bare',
      key: `file:${root}/bare`,
      kind: 'remote',
    })
    expect(projectOf(relative)).toEqual(projectOf(path.join(root, 'from-bare')))
  })

  test('as a submodule is a project of its own', () => {
    const library = aRepository('library')
    const outer = aRepository('outer', 'https://github.com/acme/outer')
    git(outer, 'submodule', '--quiet', 'add', library, 'libs/seed')
    git(path.join(outer, 'libs/seed'), 'remote', 'set-url', 'origin', 'https://github.com/acme/seed')

    expect(projectOf(path.join(outer, 'libs/seed')).key).toBe('github.com/acme/seed')
    expect(projectOf(path.join(outer, 'libs')).key).toBe('github.com/acme/outer')
  })
})

describe('one repository written in different ways', () => {
  test.each([
    'git@github.com:acme/orchard.git',
    'github.com:acme/orchard',
    'git@github.com:/acme/orchard/',
    'ssh://git@github.com/acme/orchard.git',
    'ssh://git@github.com:22/acme/orchard',
    'ssh://git@ssh.github.com:443/acme/orchard.git',
    'git+ssh://git@github.com:22/acme/orchard',
    'https://github.com/acme/orchard',
    'https://github.com/Acme/Orchard.git/',
    'https://www.GitHub.com:443//acme//orchard.git',
    'https://ada:secret@github.com/acme/orchard.git?token=secret#secret',
    'git://github.com:9418/acme/orchard',
    'HTTP://github.com:80/acme/orchard',
    '"https://github.com/acme/orchard" ; a comment',
    'https://github.com/acme/or\\\nchard',
  ])('has one key: %s', url => {
    expect(keyOf(url).key).toBe('github.com/acme/orchard')
  })

  test.each([
    ['https://git.acme.example/Press/CLI.git', 'git.acme.example/Press/CLI', 'CLI'],
    ['https://git.acme.example:8443/a/b', 'git.acme.example:8443/a/b', 'b'],
    ['ssh://git@git.acme.example:2222/a/b', 'git.acme.example:2222/a/b', 'b'],
    ['git@[git.acme.example:2222]:a/b', 'git.acme.example:2222/a/b', 'b'],
    ['ssh://git@[2001:db8::1]/a/b', '[2001:db8::1]/a/b', 'b'],
    ['git@gitlab.com:Group/Sub/Tool', 'gitlab.com/group/sub/tool', 'Tool'],
    ['https://acme.example/@scope/tool', 'acme.example/@scope/tool', 'tool'],
    ['C:\\\\work\\\\Söhne.git', 'file:C:/work/Söhne', 'Söhne'],
    ['file:///nowhere/at-all.git', 'file:/nowhere/at-all', 'at-all'],
  ])('keeps what tells repositories apart: %s', (url, key, project) => {
    expect(keyOf(url)).toEqual({ project, key, kind: 'remote' })
  })
})

describe('a secret in the URL of a remote', () => {
  test.each([
    'https://hunter2@github.com/acme/orchard',
    'https://ada:hunter2@github.com/acme/orchard.git',
    'https://ada:p@ss@hunter2@github.com/acme/orchard',
    'https://ada:hunter2/x@github.com/acme/orchard',
    'https://hunter2/x@github.com/acme/orchard',
    'https://ada:1/hunter2/x@github.com/acme/orchard',
    'https://ada:hunter2#x@github.com/acme/orchard',
    'https://ada:443?hunter2@github.com/acme/orchard',
    'https://github.com/acme/orchard?access_token=hunter2',
    'https://github.com/acme/orchard#hunter2',
    'https:/ada:hunter2@github.com/acme/orchard',
    'ada:hunter2@github.com:acme/orchard',
    'ada:hunter2@github.com/acme/orchard',
    'hunter2@github.com/acme/orchard',
    'ssh://ada:hunter2@github.com/acme/orchard',
    'file://ada:hunter2@host/srv/orchard',
    'ext::sh -c hunter2 acme/orchard',
    'codecommit::eu-west-1://hunter2@orchard',
    's3://hunter2@',
  ])('never appears in the key or the name: %s', url => {
    const found = keyOf(url)

    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(found.kind).not.toBe('cwd')
  })
})

describe('a repository without a remote', () => {
  test('is known by its git folder, shared by all worktrees', () => {
    const repository = aRepository('orchard')
    git(repository, 'worktree', 'add', '-q', '../orchard-feature')

    const expected = { project: 'orchard', key: path.join(repository, '.git'), kind: 'gitdir' }
    expect(projectOf(repository)).toEqual(expected)
    expect(projectOf(path.join(root, 'orchard-feature'))).toEqual(expected)
  })

  test('may be bare, with its worktrees around it', () => {
    const source = aRepository('source')
    const project = aFolder('orchard')
    git(project, 'clone', '-q', '--bare', source, '.bare')
    git(path.join(project, '.bare'), 'remote', 'remove', 'origin')
    writeFileSync(path.join(project, '.git'), 'gitdir: ./.bare\n')
    git(project, 'worktree', 'add', '-q', 'main')

    const expected = { project: 'orchard', key: path.join(project, '.bare'), kind: 'gitdir' }
    expect(projectOf(project)).toEqual(expected)
    expect(projectOf(path.join(project, 'main'))).toEqual(expected)
  })

  test('may be bare and have its worktrees elsewhere', () => {
    const source = aRepository('source')
    git(root, 'clone', '-q', '--bare', source, 'orchard.git')
    git(path.join(root, 'orchard.git'), 'remote', 'remove', 'origin')
    git(path.join(root, 'orchard.git'), 'worktree', 'add', '-q', '../tree')

    expect(projectOf(path.join(root, 'tree'))).toEqual({
      project: 'orchard',
      key: path.join(root, 'orchard.git'),
      kind: 'gitdir',
    })
  })

  test('may have its git folder elsewhere', () => {
    const folder = aFolder('orchard')
    git(folder, 'init', '-q', '--separate-git-dir', '../store')

    expect(projectOf(folder)).toEqual({ project: 'orchard', key: path.join(root, 'store'), kind: 'gitdir' })
  })
})

describe('a folder outside any repository', () => {
  test('is its own key', () => {
    const folder = aFolder('notes')

    expect(projectOf(folder)).toEqual({ project: 'notes', key: folder, kind: 'cwd' })
  })

  test('may be gone, even inside a repository that still exists', () => {
    const repository = aRepository('orchard', 'https://github.com/acme/orchard')
    const gone = path.join(repository, 'gone')

    expect(projectOf(gone)).toEqual({ project: 'gone', key: gone, kind: 'cwd' })
  })

  test.each([
    ['C:\\Users\\x\\Söhne', 'Söhne'],
    ['D:/work/press\\', 'press'],
    ['\\\\server\\share\\orchard', 'orchard'],
    ['/nowhere/with\\backslash', 'with\\backslash'],
    ['relative/folder', 'folder'],
    ['.', '.'],
    ['/', '/'],
  ])('may have a path of another machine: %s', (cwd, project) => {
    expect(projectOf(cwd)).toEqual({ project, key: cwd, kind: 'cwd' })
  })

  test('is not looked for below our own folder when its path is relative', () => {
    const repository = aRepository('orchard', 'https://github.com/acme/orchard')
    const cwd = path.relative(process.cwd(), repository)

    expect(projectOf(cwd)).toEqual({ project: 'orchard', key: cwd, kind: 'cwd' })
  })

  test.each([null, '', '\u0000'])('may be unknown: %j', cwd => {
    expect(projectOf(cwd)).toEqual({ project: null, key: null, kind: null })
  })
})

describe('hostile input', () => {
  test('with a NUL in the path loses it', () => {
    expect(projectOf('/nowhere/or\u0000chard')).toEqual({
      project: 'orchard',
      key: '/nowhere/orchard',
      kind: 'cwd',
    })
  })

  test('that is a file, a loop of symlinks or a very long path is a mere folder name', () => {
    const file = path.join(root, 'file')
    writeFileSync(file, '')
    const loop = path.join(root, 'loop')
    symlinkSync(loop, loop)
    const long = `/${'a/'.repeat(20_000)}end`

    expect([file, loop, long].map(cwd => projectOf(cwd).kind)).toEqual(['cwd', 'cwd', 'cwd'])
  })

  test.each([
    ['gitdir: ../nowhere\n'],
    ['gitdir: .\n'],
    ['gitdir:\n'],
    ['gitdir: \u0000\n'],
    ['nonsense'],
    [''],
    ['x'.repeat(2_000_000)],
  ])('with a .git file that points nowhere is a mere folder (case %#)', content => {
    const folder = aFolder('orchard')
    writeFileSync(path.join(folder, '.git'), content)

    expect(projectOf(folder)).toEqual({ project: 'orchard', key: folder, kind: 'cwd' })
  })

  test('with a .git that is a loop of symlinks is a mere folder', () => {
    const folder = aFolder('orchard')
    symlinkSync('.git', path.join(folder, '.git'))

    expect(projectOf(folder).kind).toBe('cwd')
  })

  test('with an empty .git folder belongs to the repository around it', () => {
    aRepository('orchard', 'https://github.com/acme/orchard')
    const inner = aFolder('orchard/inner')
    aFolder('orchard/inner/.git')

    expect(projectOf(inner).key).toBe('github.com/acme/orchard')
  })

  test('with a worktree whose repository is gone is a mere folder', () => {
    const repository = aRepository('orchard')
    git(repository, 'worktree', 'add', '-q', '../tree')
    rmSync(repository, { recursive: true })

    expect(projectOf(path.join(root, 'tree')).kind).toBe('cwd')
  })

  test.each([
    [
      'a megabyte of comments first',
      `${'# x\n'.repeat(300_000)}[remote "origin"]\n url = https://a.example/b\n`,
    ],
    ['one line of a megabyte', `[remote "${'x\\'.repeat(500_000)}"]\n`],
    ['a URL of a megabyte', `[remote "origin"]\n url = https://a.example/${'x'.repeat(1_000_000)}\n`],
    ['a URL of some length', `[remote "origin"]\n url = https://a.example/${'x'.repeat(3_000)}\n`],
    ['a control character in the URL', '[remote "origin"]\n url = https://a.example/b\u0007c\n'],
    ['a URL of nothing', '[remote "origin"]\n url =\n'],
    ['a host without a path', '[remote "origin"]\n url = https://a.example/\n'],
    ['a URL outside any remote', '[branch "origin"]\n url = https://a.example/b\n'],
    ['binary data', '\u0000\uffff[remote "origin\u0000'],
  ])('with a config of %s leaves the git folder as the key', (_, config) => {
    const repository = aRepository('orchard')
    writeFileSync(path.join(repository, '.git/config'), config)

    expect(projectOf(repository)).toEqual({
      project: 'orchard',
      key: path.join(repository, '.git'),
      kind: 'gitdir',
    })
  })

  test.each([
    ['\uFEFF[Remote "origin"]\r\n\tURL=https://a.example/b\r\n'],
    ['[remote.origin]\n url = https://a.example/b\n'],
    ['[remote "origin"] url = https://a.example/b\n'],
    ['[remote "origin"] # me\n fetch = x\n ; url = x\n url = https://a.example/b # c\n url = x\n'],
    ['[url "https://a.example/"]\n insteadOf = x\n[remote "origin"]\n url = https://a.example/b\n'],
    ['[core]\n path = C:\\\\x\\\\\n[remote "o\\"rigin"]\n url = "https://a.example/b"\n'],
  ])('with an unusual but correct config is understood (case %#)', config => {
    const repository = aRepository('orchard')
    writeFileSync(path.join(repository, '.git/config'), config)

    expect(projectOf(repository).key).toBe('a.example/b')
  })
})

describe('of two keys', () => {
  const remote = { key: 'a.example/b', kind: 'remote' } as const
  const gitdir = { key: '/b/.git', kind: 'gitdir' } as const
  const cwd = { key: '/b', kind: 'cwd' } as const
  const none = { key: null, kind: null }

  test('the weaker never replaces the stronger', () => {
    const order = [none, cwd, gitdir, remote]

    const kept = order.map(known => order.map(found => strongerKey<Pick<ProjectKey, 'kind'>>(known, found)))
    expect(kept).toEqual(order.map((_, rank) => order.map((_, other) => order[Math.max(rank, other)])))
  })

  test('of the same strength the one found last holds', () => {
    const renamed = { key: 'a.example/c', kind: 'remote' } as const

    expect(strongerKey<Pick<ProjectKey, 'kind'>>(remote, renamed)).toBe(renamed)
  })
})
