import { existsSync } from 'node:fs'
import path from 'node:path'

/** Many tests run the built program: say so clearly where it has not been built. */
export default function setup(): void {
  const main = path.resolve(import.meta.dirname, '../../dist/main.mjs')
  if (!existsSync(main)) throw new Error('dist/ is missing: run npm run build first (npm test does)')
}
