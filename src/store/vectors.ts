import duckdb, { type DataChunk, type LogicalType, type Value, type Vector } from '@duckdb/node-bindings'
import { textWriter } from './text-column.ts'

// DuckDB's columns as JavaScript values and back, straight on the bindings: the layer that is published on top of them
// takes 22 ms to load, a third of what starting Node takes, and makes an object of every cell. Everything that deals
// with DuckDB's memory is in this file and in `text-column.ts`; all of it is little-endian, as is every platform that has bindings.

const { Type } = duckdb
type TypeId = duckdb.Type

/** A value on its way into a table: see `Db.append`. */
export type Cell = string | number | boolean | bigint | null

/** Reads the value of a row. */
type Reader = (row: number) => unknown

/** A reader of the values of one column of a chunk. Valid for as long as the chunk is. */
export function columnReader(vector: Vector, type: LogicalType, rows: number): Reader {
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8)
  const read = valueReader(vector, type, rows)
  if (!validity) return read
  return row => (((validity[row >> 3] ?? 0) >> (row & 7)) & 1 ? read(row) : null)
}

function valueReader(vector: Vector, type: LogicalType, rows: number): Reader {
  const id = duckdb.get_type_id(type)
  if (id === Type.LIST) return listReader(vector, type, rows)
  const width = widthOf(id, type)
  const bytes = duckdb.vector_get_data(vector, rows * width)
  const view = new DataView(bytes.buffer, bytes.byteOffset, rows * width)
  switch (id) {
    case Type.BOOLEAN:
      return row => view.getUint8(row) !== 0
    case Type.TINYINT:
      return row => view.getInt8(row)
    case Type.UTINYINT:
      return row => view.getUint8(row)
    case Type.SMALLINT:
      return row => view.getInt16(row * 2, true)
    case Type.USMALLINT:
      return row => view.getUint16(row * 2, true)
    case Type.INTEGER:
      return row => view.getInt32(row * 4, true)
    case Type.UINTEGER:
      return row => view.getUint32(row * 4, true)
    case Type.BIGINT:
      return row => wholeNumber(view, row * 8)
    case Type.UBIGINT:
      return row => numberIfExact(view.getBigUint64(row * 8, true))
    case Type.HUGEINT:
      return row => hugeNumber(view, row * 16)
    case Type.FLOAT:
      return row => view.getFloat32(row * 4, true)
    case Type.DOUBLE:
      return row => view.getFloat64(row * 8, true)
    case Type.DECIMAL: {
      const scale = duckdb.decimal_scale(type)
      return row => decimalText(integerOf(view, row * width, width), scale)
    }
    case Type.DATE:
      return row => isoInstant(view.getInt32(row * 4, true) * 86_400_000)?.slice(0, 10) ?? null
    case Type.TIMESTAMP_TZ:
      return row => isoInstant(Number(view.getBigInt64(row * 8, true)) / 1000)
    case Type.VARCHAR:
      return row => textAt(view, row * 16)
    case Type.SQLNULL:
      return () => null
    default:
      throw new Error(`values of the DuckDB type ${Type[id]} can't be read: cast them in the query`)
  }
}

function widthOf(id: TypeId, type: LogicalType): number {
  switch (id) {
    case Type.BOOLEAN:
    case Type.TINYINT:
    case Type.UTINYINT:
      return 1
    case Type.SMALLINT:
    case Type.USMALLINT:
      return 2
    case Type.INTEGER:
    case Type.UINTEGER:
    case Type.FLOAT:
    case Type.DATE:
      return 4
    case Type.HUGEINT:
    case Type.VARCHAR:
      return 16
    case Type.DECIMAL:
      return widthOf(duckdb.decimal_internal_type(type), type)
    default:
      return 8
  }
}

function listReader(vector: Vector, type: LogicalType, rows: number): Reader {
  const bytes = duckdb.vector_get_data(vector, rows * 16)
  const view = new DataView(bytes.buffer, bytes.byteOffset, rows * 16)
  const itemType = duckdb.list_type_child_type(type)
  const item = columnReader(
    duckdb.list_vector_get_child(vector),
    itemType,
    duckdb.list_vector_get_size(vector),
  )
  return row => {
    const from = Number(view.getBigUint64(row * 16, true))
    const length = Number(view.getBigUint64(row * 16 + 8, true))
    return Array.from({ length }, (_, i) => item(from + i))
  }
}

/** A 64-bit whole number without the detour over a bigint, where it fits. */
function wholeNumber(view: DataView, at: number): number | bigint {
  const number = view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true)
  return Number.isSafeInteger(number) ? number : view.getBigInt64(at, true)
}

/** The same of 128 bits: sums come as such, and few of them need more than half. */
function hugeNumber(view: DataView, at: number): number | bigint {
  const sign = view.getInt32(at + 4, true) >> 31
  const isHalf = view.getInt32(at + 8, true) === sign && view.getInt32(at + 12, true) === sign
  return isHalf ? wholeNumber(view, at) : numberIfExact(hugeint(view, at))
}

function numberIfExact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function hugeint(view: DataView, at: number): bigint {
  return (view.getBigInt64(at + 8, true) << 64n) + view.getBigUint64(at, true)
}

function integerOf(view: DataView, at: number, width: number): bigint {
  if (width === 2) return BigInt(view.getInt16(at, true))
  if (width === 4) return BigInt(view.getInt32(at, true))
  return width === 8 ? view.getBigInt64(at, true) : hugeint(view, at)
}

function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function isoInstant(ms: number): string | null {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** A string is its length and, up to 12 bytes, itself; else four bytes of it and where the whole lies. */
function textAt(view: DataView, at: number): string {
  const length = view.getUint32(at, true)
  const bytes =
    length <= 12
      ? new Uint8Array(view.buffer, view.byteOffset + at + 4, length)
      : duckdb.get_data_from_pointer(view.buffer as ArrayBuffer, view.byteOffset + at + 8, length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8')
}

/** Writes the cells of one column of the given rows into a chunk. */
type ColumnWriter = (chunk: DataChunk, rows: readonly (readonly Cell[])[]) => void

/** A writer of one column of chunks of up to `most` rows, with room of its own: less room, less memory to be made. */
export function columnWriter(type: LogicalType, column: number, most: number): ColumnWriter {
  const isText = duckdb.get_type_id(type) === Type.VARCHAR
  const { write, finish } = isText ? textRoom(most) : fixedRoom(type, most)
  const validity = new Uint8Array(Math.ceil(most / 64) * 8)
  return (chunk, rows) => {
    let nulls = 0
    validity.fill(0xff)
    for (let r = 0; r < rows.length; r++) {
      const value = rows[r]?.[column] ?? null
      if (value !== null) write(value, r)
      else {
        nulls++
        validity[r >> 3] = (validity[r >> 3] ?? 0) & ~(1 << (r & 7))
      }
    }
    const vector = duckdb.data_chunk_get_vector(chunk, column)
    finish(vector, rows.length)
    if (nulls === 0) return
    duckdb.vector_ensure_validity_writable(vector)
    duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, Math.ceil(rows.length / 64) * 8)
  }
}

/** Room for the values of one column: takes them one by one, then gives them to a vector. */
interface Room {
  readonly write: CellWriter
  readonly finish: (vector: Vector, rows: number) => void
}

function textRoom(most: number): Room {
  const assign = textWriter(most)
  const texts: (string | null)[] = new Array(most).fill(null)
  return {
    write: (value, row) => {
      texts[row] = String(value)
    },
    finish: (vector, rows) => {
      assign(vector, rows === most ? texts : texts.slice(0, rows))
      texts.fill(null)
    },
  }
}

function fixedRoom(type: LogicalType, most: number): Room {
  const width = widthOf(duckdb.get_type_id(type), type)
  const data = new DataView(new ArrayBuffer(most * width))
  return {
    write: cellWriter(type, data),
    finish: (vector, rows) =>
      duckdb.copy_data_to_vector(vector, 0, data.buffer as ArrayBuffer, 0, rows * width),
  }
}

type CellWriter = (value: Exclude<Cell, null>, row: number) => void

function cellWriter(type: LogicalType, data: DataView): CellWriter {
  const id = duckdb.get_type_id(type)
  switch (id) {
    case Type.BOOLEAN:
      return (value, row) => data.setUint8(row, value ? 1 : 0)
    case Type.INTEGER:
      return (value, row) => data.setInt32(row * 4, int32(Number(value)), true)
    case Type.BIGINT:
      return (value, row) => {
        if (typeof value === 'bigint') setBigint(data, row * 8, value)
        else setWholeNumber(data, row * 8, Math.trunc(Number(value)))
      }
    case Type.DOUBLE:
      return (value, row) => data.setFloat64(row * 8, Number(value), true)
    case Type.TIMESTAMP_TZ:
      return (value, row) => {
        const ms = typeof value === 'string' ? Date.parse(value) : Number(value)
        setWholeNumber(data, row * 8, Math.round(ms * 1000))
      }
    case Type.DATE:
      return (value, row) =>
        data.setInt32(row * 4, int32(Math.floor(Date.parse(String(value)) / 86_400_000)), true)
    case Type.DECIMAL: {
      const scale = duckdb.decimal_scale(type)
      if (duckdb.decimal_internal_type(type) !== Type.HUGEINT) break
      return (value, row) => {
        const [whole = '0', fraction = ''] = String(value).split('.')
        const units = BigInt(whole + fraction.padEnd(scale, '0'))
        data.setBigUint64(row * 16, BigInt.asUintN(64, units), true)
        data.setBigInt64(row * 16 + 8, units >> 64n, true)
      }
    }
    default:
  }
  throw new Error(`columns of the DuckDB type ${Type[id]} can't be written`)
}

function int32(value: number): number {
  if ((value | 0) !== value) throw new RangeError(`${value} does not fit an INTEGER`)
  return value
}

/** In two halves: a bigint for every cell took longer than all the rest of writing a row. */
function setWholeNumber(data: DataView, at: number, value: number): void {
  if (!Number.isSafeInteger(value)) {
    setBigint(data, at, BigInt(value))
    return
  }
  data.setUint32(at, value % 0x1_0000_0000, true)
  data.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true)
}

function setBigint(data: DataView, at: number, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} does not fit a BIGINT`)
  data.setBigInt64(at, value, true)
}

/** A list as a parameter: of text, or of whole numbers. */
export function listValue(items: readonly string[] | readonly number[]): Value {
  const isText = items.every(item => typeof item === 'string')
  return duckdb.create_list_value(
    duckdb.create_logical_type(isText ? Type.VARCHAR : Type.BIGINT),
    items.map(item =>
      typeof item === 'string' ? duckdb.create_varchar(item) : duckdb.create_int64(BigInt(item)),
    ),
  )
}
