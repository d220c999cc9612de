#!/usr/bin/env node
import path from 'node:path'
import { run } from './cli/run.ts'

// What we write is private: the database, the spool, the log.
process.umask(0o077)

const distFolder = import.meta.dirname
await run(process.argv.slice(2), {
  env: process.env,
  packageFolder: path.dirname(distFolder),
  workerUrl: new URL('read-worker.mjs', import.meta.url),
  searchWorkerUrl: new URL('search-worker.mjs', import.meta.url),
  mainFile: path.join(distFolder, 'main.mjs'),
})
