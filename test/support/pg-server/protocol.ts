// The messages of Postgres' protocol, version 3 (its manual, "Message Formats"): text formats only.

/** A message of a client: its letter, or '' for the first one, which has none; and what follows the length. */
export interface FrontendMessage {
  readonly type: string
  readonly body: Buffer
}

const protocolVersion = 196_608
const sslRequest = 80_877_103
const cancelRequest = 80_877_102

export type Startup = 'ssl' | 'cancel' | 'start' | 'unknown'

export function startupOf(body: Buffer): Startup {
  const code = body.readInt32BE(0)
  if (code === sslRequest) return 'ssl'
  if (code === cancelRequest) return 'cancel'
  return code === protocolVersion ? 'start' : 'unknown'
}

/** Cuts what comes in into messages. The first of a connection, and the one after an SSL request, have no letter. */
export function createReader(): (chunk: Buffer) => FrontendMessage[] {
  let rest: Buffer[] = []
  let size = 0
  let isStarted = false
  return chunk => {
    rest.push(chunk)
    size += chunk.length
    const messages: FrontendMessage[] = []
    let buffer: Buffer | undefined
    for (;;) {
      const head = isStarted ? 1 : 0
      if (size < head + 4) return messages
      buffer ??= joined()
      const end = head + buffer.readInt32BE(head)
      if (size < end) return messages
      const type = head === 1 ? String.fromCharCode(buffer[0] ?? 0) : ''
      const body = buffer.subarray(head + 4, end)
      messages.push({ type, body })
      if (!isStarted) isStarted = startupOf(body) === 'start'
      buffer = buffer.subarray(end)
      size -= end
      rest = [buffer]
    }
  }

  function joined(): Buffer {
    const whole = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest)
    rest = [whole]
    return whole
  }
}

/** Reads the fields of a message one after the other. */
export function fieldsOf(body: Buffer) {
  let at = 0
  return {
    text(): string {
      const end = body.indexOf(0, at)
      const value = body.toString('utf8', at, end)
      at = end + 1
      return value
    },
    int16(): number {
      at += 2
      return body.readInt16BE(at - 2)
    },
    /** A value with its length in front; -1 is NULL. */
    value(): string | null {
      const length = body.readInt32BE(at)
      at += 4
      if (length < 0) return null
      at += length
      return body.toString('utf8', at - length, at)
    },
    letter(): string {
      return String.fromCharCode(body[at++] ?? 0)
    },
  }
}

function message(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)))
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}

/** 'I': no transaction; 'T': in one; 'E': in one that failed. */
export type TransactionStatus = 'I' | 'T' | 'E'

export interface Column {
  readonly name: string
  /** The OID of its type. */
  readonly type: number
}

export const backend = {
  askPassword: () => message('R', int32(3)),
  welcome: () =>
    Buffer.concat([
      message('R', int32(0)),
      message('S', 'server_version', '16.0 (a test)'),
      message('S', 'client_encoding', 'UTF8'),
      message('K', int32(1), int32(1)),
    ]),
  ready: (status: TransactionStatus) => message('Z', Buffer.from(status)),
  parsed: () => message('1'),
  bound: () => message('2'),
  closed: () => message('3'),
  noData: () => message('n'),
  empty: () => message('I'),
  columns: (columns: readonly Column[]) =>
    message(
      'T',
      int16(columns.length),
      ...columns.flatMap(({ name, type }) => [
        name,
        Buffer.concat([int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]),
      ]),
    ),
  row(values: readonly (string | null)[]): Buffer {
    const parts = values.flatMap(value => {
      if (value === null) return [int32(-1)]
      const bytes = Buffer.from(value)
      return [int32(bytes.length), bytes]
    })
    return message('D', int16(values.length), ...parts)
  },
  complete: (tag: string) => message('C', tag),
  error: (text: string, sqlState: string) =>
    message(
      'E',
      Buffer.from('S'),
      'ERROR',
      Buffer.from('C'),
      sqlState,
      Buffer.from('M'),
      text,
      Buffer.from('\0'),
    ),
}
