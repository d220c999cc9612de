import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from './run.ts'

/** Runs a command line in this process. `distFolder` holds the built program. */
export async function startProgram(distFolder: string, args: readonly string[]): Promise<void> {
  // What we write is private: the database, the spool, the log.
  process.umask(0o077)
  const inDist = (name: string) => path.join(distFolder, name)
  await run(args, {
    env: process.env,
    packageFolder: path.dirname(distFolder),
    workerUrl: pathToFileURL(inDist('read-worker.mjs')),
    searchWorkerUrl: pathToFileURL(inDist('search-worker.mjs')),
    mainFile: inDist('main.mjs'),
  })
}
