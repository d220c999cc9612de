import { Box, Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { formatBytes, formatCount } from '../../../base/format.ts'
import { truncateText } from '../../../base/text-width.ts'
import { InputLine } from '../../parts/input-line.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { wrapText } from '../../parts/wrap-text.ts'
import { listKeys, searchKeys } from './keys.ts'
import type { Prompt, SessionsState } from './state.ts'

/** What is asked and what was told may take so many lines. */
const mostLines = 8

/** The lines of what is asked or was told, cut where there is little room; undefined: a field to write in, or the keys. */
export function bottomLines(
  { prompt, notice, selected }: Pick<SessionsState, 'prompt' | 'notice' | 'selected'>,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] | undefined {
  // The search line and a row of the list stay.
  const room = Math.max(1, Math.min(mostLines, rows - 2))
  const question = prompt && questionOf(prompt, selected)
  if (question) {
    const keys = wrapText(question.keys, columns).slice(0, Math.max(1, room - 1))
    return [...cut(question.text, columns, room - keys.length), ...keys]
  }
  return !prompt && notice !== undefined ? cut(cleanText(notice), columns, room) : undefined
}

/** As many lines as there is room for; the last one says that there is more. */
function cut(text: string, columns: number, room: number): string[] {
  const lines = wrapText(text, columns)
  if (lines.length <= room) return lines
  return lines.slice(0, room).map((line, at) => (at === room - 1 ? truncateText(`${line}…`, columns) : line))
}

/** Of several transcripts so many are named. */
const mostNames = 3

/** What is answered with a key. */
function questionOf(
  { kind, ids, doomed }: Prompt,
  selected: ReadonlySet<string>,
): { text: string; keys: string } | undefined {
  if (kind === 'delete') {
    // The cursor may be on another one.
    const one = ids.some(id => selected.has(id)) ? 'the selected session' : 'this session'
    const what = ids.length === 1 ? one : `${formatCount(ids.length)} sessions`
    return {
      text: `Take ${what} out of the lists? Totals and transcripts stay.`,
      keys: `y yes · f delete the ${ids.length === 1 ? 'transcript' : 'transcripts'}, too · else no`,
    }
  }
  if (kind !== 'erase') return undefined
  if (!doomed) return { text: 'looking at the files …', keys: 'any key no' }
  const files = doomed.flatMap(one => one.files)
  const mains = doomed.flatMap(one => one.mains)
  const bytes = formatBytes(files.reduce((sum, file) => sum + file.bytes, 0))
  const others = files.length - mains.length
  const beside = others > 0 ? `\nand ${formatCount(others)} ${others === 1 ? 'file' : 'files'} beside` : ''
  const what = mains.length === 1 ? 'the transcript' : `${formatCount(mains.length)} transcripts`
  const names = mains.slice(0, mostNames).map(name => `\n${cleanText(name)}`)
  const more = mains.length > mostNames ? '\n…' : ''
  return {
    text: `Delete ${what} for good, ${bytes}? What is recorded stays.${names.join('')}${more}${beside}`,
    keys: 'y delete · else no',
  }
}

/** What is asked, else what was told, else the keys. */
export function Bottom({
  state,
  lines,
  columns,
}: {
  readonly state: SessionsState
  readonly lines: readonly string[] | undefined
  readonly columns: number
}) {
  const { prompt, focus } = state
  if (lines)
    return (
      <Box flexDirection="column" flexShrink={0}>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
          <Text key={at} wrap="truncate-end">
            {line}
          </Text>
        ))}
      </Box>
    )
  if (prompt && (prompt.kind === 'tag' || prompt.kind === 'name'))
    return <InputLine {...promptTexts[prompt.kind]} text={prompt.text} isFocused columns={columns} />
  return <KeyHints table={focus === 'list' ? listKeys : searchKeys} columns={columns} />
}

const promptTexts = {
  tag: { label: 'Tags: ', hint: ' words; -word takes one away' },
  name: { label: 'Name: ', hint: ' nothing: the title again' },
} as const
