import { jsonScanWasm } from './json-scan.wasm.ts'

/** Checks a line and writes down where its wanted parts lie: see wasm/json-scan.ts. */
type Scan = (start: number, end: number, wish: number, wordsStart: number, wordsEnd: number) => number

const pageBytes = 1 << 16
/** First lie the wishes, then what a scan writes, then lines. Nothing lies at 0. */
const wishesStart = 16
export const wordsStart = 4 * pageBytes
export const linesStart = 5 * pageBytes
/** After the last line there is room for a line's end, and for looking at 16 bytes at once. */
const spareBytes = 32

/** Memory to read lines into, seen from both sides. What is in it stays where it is when it grows. */
export class LineMemory {
  bytes: Buffer
  words: Int32Array
  readonly scan: Scan
  private readonly memory: WasmMemory
  private reserved = wishesStart

  /** With room for lines of so many bytes. */
  constructor(lineBytes: number) {
    this.memory = new WebAssembly.Memory({ initial: linesStart / pageBytes + pagesFor(lineBytes) })
    const module = new WebAssembly.Module(Buffer.from(jsonScanWasm, 'base64'))
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.memory } })
    this.scan = exports.scan as Scan
    this.bytes = Buffer.from(this.memory.buffer)
    this.words = new Int32Array(this.memory.buffer)
  }

  /** Where lines have to end. */
  get linesEnd(): number {
    return this.bytes.length - spareBytes
  }

  /** Doubles the room for lines. */
  grow(): void {
    this.memory.grow(pagesFor(this.bytes.length - linesStart))
    this.bytes = Buffer.from(this.memory.buffer)
    this.words = new Int32Array(this.memory.buffer)
  }

  /** A place for so many bytes of a wish. */
  reserve(bytes: number): number {
    const place = this.reserved
    this.reserved += Math.ceil(bytes / 16) * 16
    if (this.reserved > wordsStart) throw new RangeError('no room for so large a wish')
    return place
  }
}

function pagesFor(bytes: number): number {
  return Math.ceil(bytes / pageBytes)
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** Node has it; the types of Node do not. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}
