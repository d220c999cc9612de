import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * What a project is known by: its remote (the same everywhere), its repository's folder, or a mere folder.
 */
export type ProjectKeyKind = 'remote' | 'gitdir' | 'cwd'

export interface ProjectKey {
  /** Short name for people. */
  readonly project: string | null
  /** Equal for two sessions of one project; holds no user, password or query of a remote's URL. */
  readonly key: string | null
  readonly kind: ProjectKeyKind | null
}

/**
 * The project of a working directory, read from the files of its git repository without starting git: a hook
 * has no time for a process. Worktrees of one repository are one project; a submodule is a project of its
 * own. Never throws: what cannot be read, or is gone, leaves the directory itself as the (weakest) key.
 */
export function projectOf(cwd: string | null): ProjectKey {
  const folder = (cwd ?? '').replaceAll('\u0000', '')
  if (folder === '') return { project: null, key: null, kind: null }
  return repositoryProject(folder) ?? { project: lastFolder(folder), key: folder, kind: 'cwd' }
}

const strength = { remote: 3, gitdir: 2, cwd: 1 } as const

/**
 * Which of a session's two keys to keep: remote over gitdir over cwd; equals give way to the one found last.
 */
export function strongerKey<Key extends Pick<ProjectKey, 'kind'>>(known: Key, found: Key): Key {
  const rank = (key: Key) => (key.kind === null ? 0 : strength[key.kind])
  return rank(known) > rank(found) ? known : found
}

function repositoryProject(cwd: string): ProjectKey | null {
  try {
    // A path of another machine, or of Windows, would be looked up below our own working directory.
    if (!path.isAbsolute(cwd) || !statSync(cwd).isDirectory()) return null
    const repository = findRepository(realpathSync(cwd))
    if (!repository) return null
    const { commonDir, top } = repository
    const url = remoteUrl(readStart(path.join(commonDir, 'config')) ?? '')
    const remote = url === null ? null : normaliseRemote(url, top)
    if (remote) return { project: remote.name || lastFolder(top), key: remote.key, kind: 'remote' }
    return { project: lastFolder(top), key: realpathSync(commonDir), kind: 'gitdir' }
  } catch {
    // Too many symlinks, no permission, gone in between: the folder's own name still holds.
    return null
  }
}

interface Repository {
  /** The git folder that all worktrees share. */
  readonly commonDir: string
  /** The folder people think of as the repository; a worktree's is that of its main repository. */
  readonly top: string
}

function findRepository(start: string): Repository | null {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const dotGit = path.join(folder, '.git')
    const kind = kindOf(dotGit)
    if (kind === 'folder' && kindOf(path.join(dotGit, 'HEAD')) === 'file')
      return { commonDir: dotGit, top: folder }
    // Like git, look no further up when a .git file points nowhere.
    if (kind === 'file') return followGitFile(dotGit, folder)
    if (path.dirname(folder) === folder) return null
  }
}

/** A `.git` file names the real git folder; a worktree's names the shared one (gitrepository-layout). */
function followGitFile(file: string, folder: string): Repository | null {
  const target = /^gitdir: ([^\r\n]+)/.exec(readStart(file) ?? '')?.[1]
  if (target === undefined) return null
  const gitDir = path.resolve(folder, target.trimEnd())
  if (kindOf(path.join(gitDir, 'HEAD')) !== 'file') return null
  const common = readStart(path.join(gitDir, 'commondir'))?.trim()
  if (!common) return { commonDir: gitDir, top: folder }
  const commonDir = path.resolve(gitDir, common)
  if (kindOf(commonDir) !== 'folder') return null
  // The main repository is around its .git, or a bare one: `orchard.git`, or hidden as `orchard/.bare`.
  const isHidden = path.basename(commonDir).startsWith('.')
  return { commonDir, top: isHidden ? path.dirname(commonDir) : commonDir.replace(/\.git$/, '') }
}

function kindOf(file: string): 'file' | 'folder' | null {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isFile()) return 'file'
  return found?.isDirectory() ? 'folder' : null
}

/** The first megabyte of a regular file; null if there is none. */
function readStart(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) return null
  const buffer = Buffer.alloc(Math.min(found.size, 1_000_000))
  const handle = openSync(file, 'r')
  try {
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(handle)
  }
}

/** The URL of `origin`, else of the first remote in the file. */
function remoteUrl(config: string): string | null {
  let remote: string | null = null
  let first: string | null = null
  // A backslash at the end of a line continues it, unless it is itself escaped.
  const joined = config.replace(/^\uFEFF/, '').replace(/(?<!\\)((?:\\\\)*)\\\r?\n/g, '$1')
  for (const line of joined.split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (header) remote = remoteName(header[1] ?? '', header[2])
    const value =
      remote === null ? undefined : /^\s*url\s*=(.*)$/i.exec(line.slice(header?.[0].length ?? 0))?.[1]
    const url = value === undefined ? '' : configValue(value)
    // git takes the first URL of a remote, too, to fetch from.
    if (url !== '' && remote === 'origin') return url
    if (url !== '') first ??= url
  }
  return first
}

function remoteName(section: string, subsection: string | undefined): string | null {
  if (section.toLowerCase() === 'remote' && subsection !== undefined)
    return subsection.replace(/\\(.)/g, '$1')
  // The old way to write it.
  return section.toLowerCase().startsWith('remote.') ? section.slice('remote.'.length).toLowerCase() : null
}

/** A value of git's config without quotes, comment and escapes. */
function configValue(raw: string): string {
  let value = ''
  let isQuoted = false
  for (let at = 0; at < raw.length; at++) {
    const letter = raw.charAt(at)
    if (letter === '"') isQuoted = !isQuoted
    else if (!isQuoted && (letter === '#' || letter === ';')) break
    else if (letter === '\\') value += raw.charAt(++at)
    else value += letter
  }
  return value.trim()
}

interface Remote {
  readonly key: string
  readonly name: string
}

const longestUrl = 2_000
const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', ssh: '22', git: '9418' }
/** SSH over port 443, for people behind a firewall, and the one name that only browsers use. */
const otherHostNames: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'www.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
}
const caselessHosts: readonly string[] = ['github.com', 'gitlab.com', 'bitbucket.org']

/** `host/owner/repo`, the same for all ways to write one repository; null for what can't be read safely. */
function normaliseRemote(url: string, top: string): Remote | null {
  if (url.length > longestUrl || /[\u0000-\u001f\u007f]/.test(url)) return null
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(url) ?? []
  if (scheme?.toLowerCase() === 'file') return localRemote(rest.replace(/^[^/]*(?:\/(?=[a-z]:))?/i, ''), top)
  if (scheme !== undefined) return hostRemote(scheme.toLowerCase().replace(/^git\+|\+git$/, ''), rest)
  // `ext::…` and the like start a program; its arguments can hold anything.
  if (/^[\w+.-]*::/.test(url)) return null
  if (isLocalPath(url)) return localRemote(url, top)
  // `git@host:owner/repo`, and `[host:port]:owner/repo`.
  const [, host, remotePath] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:/]+):(.*)$/.exec(url) ?? []
  return host === undefined
    ? null
    : hostRemote('ssh', `${host.replace(/^\[([^:]*:\d+)\]$/, '$1')}/${remotePath}`)
}

/** As git tells a path from `host:path` (connect.c, url_is_local_not_ssh). */
function isLocalPath(url: string): boolean {
  const colon = url.indexOf(':')
  const slash = url.indexOf('/')
  return colon < 0 || (slash >= 0 && slash < colon) || /^(?:[a-z]:[\\/]|\\\\)/i.test(url)
}

function hostRemote(scheme: string, address: string): Remote | null {
  const [authority = '', ...rest] = address.replace(/[?#].*$/, '').split('/')
  const [, named = '', port = ''] =
    /^(\[[^[\]]+\]|[^:[\]\s]+)(?::(\d*))?$/.exec(authority.slice(authority.lastIndexOf('@') + 1)) ?? []
  const segments = rest.filter(segment => segment !== '')
  // An @ inside a segment can end a password with a slash in it: what stands before it is no host then.
  if (named === '' || segments.length === 0 || segments.some(segment => segment.lastIndexOf('@') > 0))
    return null
  const repository = segments.join('/').replace(/(?:\/?\.git)?$/, '')
  if (repository === '') return null
  const lower = named.toLowerCase().replace(/\.$/, '')
  const other = otherHostNames[lower]
  const host = other ?? (port === '' || port === defaultPorts[scheme] ? lower : `${lower}:${port}`)
  const key = `${host}/${caselessHosts.includes(host) ? repository.toLowerCase() : repository}`
  return { key, name: lastFolder(repository) }
}

function localRemote(file: string, top: string): Remote | null {
  const isRooted = /^(?:[./\\]|[a-z]:)/i.test(file)
  // `token@host/owner/repo` without its https:// is a path to git, and must not be shown.
  if (file === '' || (!isRooted && file.includes('@'))) return null
  const isForeign = path.sep === '/' && /^(?:[a-z]:|\\\\)/i.test(file)
  const real = isForeign ? file : realPath(path.resolve(top, file))
  const folder = real
    .replaceAll(isForeign ? '\\' : path.sep, '/')
    .replace(/\/+$/, '')
    .replace(/\/?\.git$/, '')
  return folder === '' ? null : { key: `file:${folder}`, name: lastFolder(folder) }
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

/** The last part of a path of any system: transcripts of a Windows machine can be read on this one. */
function lastFolder(folder: string): string {
  const isWindows = /^(?:[a-z]:|\\\\)/i.test(folder)
  const parts = folder.split(isWindows ? /[\\/]+/ : '/')
  return parts.findLast(part => part !== '') ?? folder
}
