#!/usr/bin/env node
import { startProgram } from './cli/start-program.ts'

await startProgram(import.meta.dirname, ['setup', ...process.argv.slice(2)])
