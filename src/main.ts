#!/usr/bin/env node
import { startProgram } from './cli/start-program.ts'

await startProgram(import.meta.dirname, process.argv.slice(2))
