import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { exitCode } from '../../../src/base/errors.ts'
import { asRemoteError, isTransient, type RemoteTrouble } from '../../../src/sync/remotes/trouble.ts'

const place = { name: 'md:team', secrets: ['tok_51423', '', 't'] }

function coded(code: string): Error {
  return Object.assign(new Error('anything'), { code })
}

describe('an error by its words', () => {
  test.each<[RemoteTrouble, string]>([
    [
      'refused',
      'Request failed: Your request is not authenticated. Please check your MotherDuck token. (Jwt is not …)',
    ],
    ['refused', 'Invalid Input Error: Jwt is expired'],
    ['refused', 'Invalid MotherDuck token'],
    ['upgrade', 'Your DuckDB version v1.6.0 is not yet supported by MotherDuck'],
    ['upgrade', 'DuckDB v1.3.2 is not supported by MotherDuck'],
    ['extension', 'HTTP Error: Failed to download extension "motherduck" at URL "…"'],
    ['extension', 'IO Error: Extension "/x/motherduck.duckdb_extension" not found.'],
    ['full', 'IO Error: Could not write file "/x": No space left on device'],
    ['full', 'IO Error: Disk quota exceeded'],
    ['full', 'Storage limit of the organization reached'],
    [
      'readOnly',
      'Invalid Input Error: Cannot execute statement of type "INSERT" on database "team" which is attached in read-only mode!',
    ],
    ['readOnly', 'IO Error: Cannot open file "/x/team.duckdb": Permission denied'],
    ['readOnly', 'IO Error: Cannot open file "/x/team.duckdb": Read-only file system'],
    ['damaged', 'IO Error: The file "/x" exists, but it is not a valid DuckDB database file!'],
    [
      'damaged',
      'IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 3',
    ],
    ['damaged', 'FATAL Error: database has been invalidated because of a previous fatal error'],
    ['missing', 'IO Error: Cannot open file "/x/team.duckdb": No such file or directory'],
    ['transient', 'IO Error: Could not set lock on file "/x": Conflicting lock is held in node (PID 1)'],
    ['transient', 'TransactionContext Error: Conflict on update!'],
    [
      'transient',
      'TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation: write-write conflict',
    ],
    ['transient', 'Connection terminated unexpectedly'],
    ['transient', 'Client has encountered a connection error and is not queryable'],
    ['transient', 'Query read timeout'],
    ['transient', 'Constraint Error: Duplicate key "key: remote_id" violates primary key constraint.'],
    ['transient', 'timeout expired'],
    ['transient', 'UNAVAILABLE: upstream connect error'],
    ['transient', 'DEADLINE_EXCEEDED'],
    [
      'refused',
      'Invalid Input Error: Initialization function "motherduck_duckdb_cpp_init" from file "/x/motherduck.duckdb_extension" threw an exception: "Request failed: Your request is not authenticated."',
    ],
    [
      'upgrade',
      'Invalid Input Error: Initialization function "motherduck_init" from file "/x" threw an exception: "Your DuckDB version "v2.0.0" is not yet supported by MotherDuck."',
    ],
    ['unknown', 'Catalog Error: Table with name nothing does not exist!'],
    ['unknown', 'Conversion Error: Could not convert string "connection reset" to INT64'],
    ['unknown', 'self-signed certificate'],
  ])('is %s: %s', (kind, text) => {
    expect(asRemoteError(new Error(text), place).kind).toBe(kind)
  })
})

describe('an error by its code', () => {
  test.each<[RemoteTrouble, readonly string[]]>([
    ['refused', ['28P01', '28000']],
    ['full', ['53100', 'ENOSPC', 'EDQUOT']],
    ['readOnly', ['25006', '42501', 'EROFS', 'EACCES', 'EPERM']],
    ['damaged', ['XX001', 'XX002']],
    ['transient', ['08006', '40001', '40P01', '53300', '55P03', '57014', '57P01', '57P03']],
    [
      'transient',
      ['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
    ],
    ['unknown', ['42601', '42P01', 'XX000', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID']],
  ])('is %s: %o', (kind, codes) => {
    for (const code of codes) expect([code, asRemoteError(coded(code), place).kind]).toEqual([code, kind])
  })
})

test('only what is transient is worth another try, and has the exit code for it', () => {
  const errors = [coded('ECONNRESET'), coded('28P01'), coded('42601')].map(error =>
    asRemoteError(error, place),
  )

  expect(errors.map(isTransient)).toEqual([true, false, false])
  expect(errors.map(error => error.code)).toEqual([exitCode.busy, exitCode.failure, exitCode.failure])
  expect(isTransient(coded('ECONNRESET'))).toBe(false)
})

test('no error holds the secret, the error it came from or what a terminal would execute', () => {
  const cause = Object.assign(new Error('GET /?t=tok_51423\u001b]0;x\u0007 failed\nLINE 1: tok_51423'), {
    code: 'ECONNRESET',
    client: { password: 'tok_51423' },
  })

  const error = asRemoteError(cause, place)

  expect(error.message).toBe('md:team did not answer: GET /?t=*** failed')
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('tok_51423')
  expect(JSON.stringify(error)).not.toContain('tok_51423')
})

test('every kind says what happened on one line, and what to do', () => {
  const texts = {
    refused: 'Jwt is expired',
    upgrade: 'is not supported by MotherDuck',
    extension: 'Failed to download extension',
    full: 'No space left on device',
    readOnly: 'read-only mode',
    damaged: 'not a valid DuckDB database file',
    missing: 'Cannot open file x: No such file or directory',
    transient: 'Connection terminated unexpectedly',
  }

  for (const [kind, text] of Object.entries(texts)) {
    const error = asRemoteError(new Error(text), place)
    expect(error.kind).toBe(kind)
    expect(error.message).toMatch(/^[^\n]*md:team[^\n]*$/)
    expect(error.hint).toMatch(/\w/)
  }
})
