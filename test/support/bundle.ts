import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { packageFolder } from './home.ts'

/**
 * One file of JavaScript from a file of TypeScript and what it imports, for a child process: Node 20 runs no TypeScript.
 * It lies where it finds the packages it needs; whoever starts it removes it.
 */
export async function bundle(entry: string): Promise<string> {
  const name = path.basename(entry, '.ts')
  const file = path.join(packageFolder, 'node_modules/.cache', `${name}-${randomUUID()}.mjs`)
  const program = await rolldown({ input: entry, platform: 'node', external: [/^@duckdb\//] })
  await program.write({ file, format: 'esm' })
  await program.close()
  return file
}
