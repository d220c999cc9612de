// Compiles wasm/json-scan.ts into src/base/json-scan.wasm.ts, or another file. Run it when the source changes: a test
// compares them.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const target = process.argv[2] ?? path.join(root, 'src/base/json-scan.wasm.ts')

const features = ['--enable', 'simd', '--enable', 'bulk-memory']
const options = ['--baseDir', root, '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', ...features]
let bytes = Buffer.alloc(0)
const { error, stderr } = await asc.main(['wasm/json-scan.ts', ...options, '-o', 'scan.wasm'], {
  writeFile: (_, contents) => {
    bytes = Buffer.from(contents)
  },
})
if (error) throw new Error(`${error.message}\n${stderr}`)
await writeFile(
  target,
  `/** wasm/json-scan.ts, as \`npm run build:wasm\` compiles it. */
export const jsonScanWasm =
  '${bytes.toString('base64')}'
`,
)
