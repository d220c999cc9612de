import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyChanges } from '../../src/features/entries/changes.ts'
import { usageKinds } from '../../src/features/usage/summary.ts'
import { withStore } from '../../src/store/open.ts'
import { aChange, aCreation, aRow } from '../support/changes.ts'
import { call, prompt, reply, results, viewedId } from '../support/conversations.ts'
import { withPlace } from '../support/database.ts'
import { type Home, homeIn, packageFolder } from '../support/home.ts'
import { assistantLine, messageId, uuidOf } from '../support/lines.ts'
import { forkId, richId, writeRichHome, writeRichSettings } from '../support/rich-home.ts'
import { addCrontab, makeStandIns } from '../support/stand-ins.ts'

// docs/schema.md is a promise. What it names must be there, and what is there it must name.

/** The tables below each heading that is code (`### \`sessions\``): first cells, and second ones. */
function documented(): Map<string, Map<string, string>> {
  const text = readFileSync(path.join(packageFolder, 'docs/schema.md'), 'utf8')
  const sections = new Map<string, Map<string, string>>()
  let section = new Map<string, string>()
  for (const line of text.split('\n')) {
    const heading = /^### `(.*)`$/.exec(line)?.[1]
    if (heading !== undefined) {
      section = new Map()
      sections.set(heading, section)
    }
    const [, name, type, meaning] = /^\| `(.*?)` \| (.*?) \|(.*)\|$/.exec(line) ?? []
    if (name === undefined || type === undefined) continue
    if (section.has(name)) throw new Error(`docs/schema.md has ${name} twice in one table`)
    // Fields that say "as above" leave their meaning out.
    if (!name.includes('.') && meaning?.trim() === '')
      throw new Error(`docs/schema.md does not define ${name}`)
    section.set(name, type)
  }
  return sections
}

const sections = documented()

function fieldsOf(heading: string): string[] {
  const fields = sections.get(heading)
  if (!fields) throw new Error(`docs/schema.md has no heading ${heading}`)
  return [...fields.keys()]
}

let home: Home

beforeAll(async () => {
  home = homeIn(mkdtempSync(path.join(tmpdir(), 'csl-test-')))
  await writeRichHome(home)
  await home.csl(['backfill'])
  writeRichSettings(home)
  await home.csl(['classify'])
})

afterAll(() => rmSync(home.folder, { recursive: true, force: true }))

async function json(...args: string[]): Promise<unknown> {
  const { stdout } = await home.csl([...args, '--json'])
  return JSON.parse(stdout)
}

/** The paths of all fields in a value: `rows`, `rows[].key`. */
function pathsIn(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(item => pathsIn(item, `${prefix}[]`))
  if (typeof value !== 'object' || value === null) return []
  const dot = prefix === '' ? '' : '.'
  return Object.entries(value).flatMap(([key, item]) => [
    `${prefix}${dot}${key}`,
    ...pathsIn(item, `${prefix}${dot}${key}`),
  ])
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort()
}

describe('docs/schema.md', () => {
  test('has every table, view and column with its type, and no other', async () => {
    const columns = await withStore(path.join(home.dataFolder, 'sessions.duckdb'), { access: 'read' }, db =>
      db.rows<{ tableName: string; columnName: string; dataType: string }>(
        `SELECT table_name, column_name, data_type FROM information_schema.columns
         WHERE table_schema = 'main' ORDER BY table_name, ordinal_position`,
      ),
    )

    const real = columns.map(column => `${column.tableName}.${column.columnName} ${column.dataType}`)
    const said = [...sections]
      .filter(([heading]) => !heading.startsWith('csl '))
      .flatMap(([table, fields]) => Array.from(fields, ([column, type]) => `${table}.${column} ${type}`))
    expect(said.sort()).toEqual(real.sort())
  })

  test.each(usageKinds)('has the fields of csl usage %s --json', async by => {
    const report = await json('usage', by, '--all')

    const around = fieldsOf('csl usage --json').filter(field => !field.startsWith('rows[].'))
    const rows =
      by === 'component'
        ? fieldsOf('csl usage component --json')
        : fieldsOf('csl usage --json').filter(field => field.startsWith('rows[].'))
    expect(sorted(pathsIn(report))).toEqual(sorted([...around, ...rows]))
  })

  test('has the fields of csl sessions --json', async () => {
    const report = await json('sessions')

    expect(sorted(pathsIn(report))).toEqual(sorted(fieldsOf('csl sessions --json')))
  })

  test('has the fields of csl session ID --json, those of a row of csl sessions included', async () => {
    const reports = [await json('session', richId), await json('session', forkId)]

    const rowFields = fieldsOf('csl sessions --json')
      .filter(field => field.startsWith('rows[].'))
      .map(field => field.slice('rows[].'.length))
    const own = fieldsOf('csl session ID --json')
    expect(sorted(reports.flatMap(report => pathsIn(report)))).toEqual(sorted([...rowFields, ...own]))
  })

  test('has what csl session ID --delete --with-transcript --json has more than other marks', async () => {
    const file = await home.writeTranscript('-doomed', `${uuidOf(0xd00)}.jsonl`, [
      assistantLine(uuidOf(0xd00)),
    ])
    utimesSync(file, 1_790_000_000, 1_790_000_000)
    await home.csl(['backfill'])
    const mark = ['session', uuidOf(0xd00), '--delete']

    const kept = await json(...mark)
    const deleted = await json(...mark, '--with-transcript', '--yes')

    const more = pathsIn(deleted).filter(field => !pathsIn(kept).includes(field))
    expect(more).toEqual(fieldsOf('csl session ID --delete --with-transcript --json'))
  })

  test('has the fields of csl background status --json', async () => {
    const standIns = makeStandIns(home.folder)
    const table = addCrontab(standIns)
    const env = { PATH: `${standIns.bin}${path.delimiter}${home.env.PATH}` }
    await home.csl(['background', 'enable', 'cron'], { env })
    // As a comment it is in trouble, whether cron runs here or not.
    writeFileSync(path.join(home.folder, 'crontab.txt'), `# ${table()}`)
    await home.csl(['background', 'run', '--scheduled'], { env })

    const { stdout } = await home.csl(['background', 'status', '--json'], { env })
    await home.csl(['background', 'disable'], { env })

    expect(sorted(pathsIn(JSON.parse(stdout)))).toEqual(sorted(fieldsOf('csl background status --json')))
  })

  test('has the fields of csl view ID --json', async () => {
    await home.writeTranscript('-home-dev', `${viewedId}.jsonl`, [
      prompt('See', {}),
      prompt('', { message: { content: [{ type: 'image' }] } }),
      reply(messageId(71), call('t1', 'Bash', {})),
      results([{ id: 't1' }]),
      results([{ id: 't2' }]),
    ])

    const report = await json('view', viewedId)

    expect(sorted(pathsIn(report))).toEqual(sorted(fieldsOf('csl view ID --json')))
  })

  test.each<[string, string[]]>([
    ['csl prices --json', ['prices']],
    ['csl doctor --json', ['doctor']],
    ['csl classify --json', ['classify']],
    ['csl classify ID --json', ['classify', richId]],
  ])('has the fields of %s', async (heading, args) => {
    const report = await json(...args)

    expect(sorted(pathsIn(report))).toEqual(sorted(fieldsOf(heading)))
  })

  test.each([
    ['csl usage --json', ['usage', 'day']],
    ['csl usage component --json', ['usage', 'component']],
    ['csl sessions --json', ['sessions']],
  ])('has the columns of CSV as the fields of rows: %s', async (heading, args) => {
    const { stdout } = await home.csl([...args, '--csv'])

    const rowFields = fieldsOf(heading).filter(field => field.startsWith('rows[].'))
    expect(stdout.split('\n')[0]?.split(',')).toEqual(rowFields.map(field => field.slice('rows[].'.length)))
  })

  test('has the fields of what the commands for entries print', async () => {
    const added = await json('log', '--category', 'issue', '--title', 'T', '--body', 'B')
    const { id } = added as { id: string }
    const changed = [await json('note', id, 'N'), await json('delete', id), await json('undelete', id)]
    const report = await json('list', '--all-projects')
    const shown = await json('show', id)
    await withPlace(home, async ({ db, meta }) => {
      const rows = [aRow(1, aChange(0, 'create', aCreation()))]
      await db.transaction(() => applyChanges(db, { meta, rows, share: 'notes', nowMs: Date.now() }))
    })
    const counted = await json('inbox', '--count')
    const inbox = await json('inbox')

    const row = fieldsOf('csl list --json')
      .filter(field => field.startsWith('rows[].'))
      .map(field => field.slice('rows[].'.length))
    const fields = (values: readonly unknown[]) => sorted(values.flatMap(value => pathsIn(value)))
    expect(fields([added])).toEqual(sorted(fieldsOf('csl log --json')))
    expect(fields(changed)).toEqual(sorted([...row, ...fieldsOf('csl resolve --json')]))
    expect(fields([report])).toEqual(sorted(fieldsOf('csl list --json')))
    expect(fields([shown])).toEqual(sorted([...row, ...fieldsOf('csl show ID --json')]))
    expect(fields([inbox])).toEqual(sorted(fieldsOf('csl inbox --json')))
    expect(fields([counted])).toEqual(sorted(fieldsOf('csl inbox --count --json')))
    expect(fields([await json('start-context')])).toEqual(sorted(fieldsOf('csl start-context --json')))
  })

  test('has the fields of what machines and sync print', async () => {
    const hub = path.join(home.folder, 'hub.duckdb')
    await home.csl(['remote', 'add', 'hub', hub, '--share', 'all', '--yes'])

    expect(sorted(pathsIn(await json('sync', '--status')))).toEqual(
      sorted(fieldsOf('csl sync --status --json')),
    )
    expect(sorted(pathsIn(await json('sync')))).toEqual(sorted(fieldsOf('csl sync --json')))
    expect(sorted(pathsIn(await json('machines')))).toEqual(sorted(fieldsOf('csl machines --json')))
  })

  test('has a heading for csl sql --json, whose fields are those of the query', () => {
    expect(fieldsOf('csl sql --json')).toEqual([])
  })
})
