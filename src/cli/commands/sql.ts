import { once } from 'node:events'
import { exitCode, UserError } from '../../base/errors.ts'
import type { PlainValue, StatementResult } from '../../store/statement.ts'
import type { Context } from '../context.ts'
import { readFormat } from '../filters.ts'
import { toJson } from '../json.ts'
import { toCsv } from '../output.ts'
import { answerText } from '../sql/table.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** A longer answer is no table any more; JSON and CSV are written as the rows come. */
const mostTableRows = 1000

/** Runs one read-only query over the tables and views of docs/schema.md. Ctrl-C stops it with exit code 130. */
export async function sqlCommand(
  context: Context,
  statement: string,
  options: { json?: boolean; csv?: boolean },
): Promise<void> {
  const format = readFormat(options)
  await withUpToDateStore(context, async db => {
    const stop = new AbortController()
    const onInterrupt = () => {
      stop.abort(new UserError('interrupted', undefined, exitCode.interrupted))
      db.interrupt()
    }
    process.on('SIGINT', onInterrupt)
    try {
      const result = await db.statement(statement)
      const batches = untilStopped(result, stop.signal)
      switch (format) {
        case 'json':
          return await writeJson(result, batches)
        case 'csv':
          return await writeCsv(result, batches)
        default:
          return await writeTable(result, batches)
      }
    } finally {
      process.removeListener('SIGINT', onInterrupt)
    }
  })
}

type Batches = AsyncIterable<readonly (readonly PlainValue[])[]>

/** Between two batches no statement runs that could be interrupted. */
async function* untilStopped(result: StatementResult, signal: AbortSignal): Batches {
  for await (const rows of result.batches()) {
    signal.throwIfAborted()
    yield rows
  }
}

/** A list of objects, one line each. */
async function writeJson({ columns }: StatementResult, batches: Batches): Promise<void> {
  let before = '[\n'
  for await (const rows of batches) {
    const objects = rows.map(row => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])))
    await write(before + objects.map(jsonLine).join(',\n'))
    before = ',\n'
  }
  await write(before === '[\n' ? '[]\n' : '\n]\n')
}

async function writeCsv({ columns }: StatementResult, batches: Batches): Promise<void> {
  const names = columns.map(column => column.name)
  const head = toCsv(names, [])
  await write(head)
  for await (const rows of batches) await write(toCsv(names, rows).slice(head.length))
}

async function writeTable({ columns }: StatementResult, batches: Batches): Promise<void> {
  const shown: string[][] = []
  for await (const rows of batches) {
    shown.push(...rows.map(row => row.map(cellText)))
    if (shown.length > mostTableRows) break
  }
  await write(`${answerText(columns, shown.slice(0, mostTableRows), process.stdout.columns)}\n`)
  if (shown.length > mostTableRows)
    process.stderr.write(`only the first ${mostTableRows} rows: --json and --csv give all\n`)
}

function cellText(value: PlainValue): string {
  if (value === null) return ''
  return typeof value === 'object' ? jsonLine(value) : String(value)
}

/** Line ends inside of text are escaped in JSON: those that stand there are only its layout. */
function jsonLine(value: unknown): string {
  return toJson(value).replace(/\n */g, ' ')
}

/** Waits while the reader is slower than we are, so that a huge answer does not pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}
