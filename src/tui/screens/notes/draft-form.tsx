import { Box, Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { categories, statuses } from '../../../features/entries/entry.ts'
import { useIsSpoken } from '../../parts/spoken.tsx'
import { TypedText } from '../../parts/typed-text.tsx'
import { Choice } from './choice.tsx'
import { type Draft, type Field, fieldsIn, fieldsOf } from './draft.ts'

interface DraftFormProps {
  readonly draft: Draft
  readonly columns: number
  readonly rows: number
}

const names: Readonly<Record<Field, string>> = {
  category: 'Category',
  status: 'Status',
  title: 'Title',
  tags: 'Tags',
  body: 'Text',
}
/** Before what a field holds: a mark, its name, a blank. */
const nameColumns = 11

/** The fields of what is being written. Where there is no room for all, that which is being written. */
export function DraftForm({ draft, columns, rows }: DraftFormProps) {
  const { purpose, isSending } = draft
  const isSmall = rows < 8
  const shown = fieldsIn(draft).filter(field => !isSmall || field === draft.field)
  const head = purpose.kind === 'note' ? `A note to: ${cleanText(purpose.title)}` : null
  const hasHead = head !== null && rows > 2
  const others = shown.length - 1 + Number(hasHead) + Number(isSending)
  return (
    <Box flexDirection="column" flexShrink={0}>
      {hasHead && (
        <Text bold wrap="truncate-end">
          {head}
        </Text>
      )}
      {shown.map(field => (
        <FieldLine key={field} {...{ field, draft, columns, rows: Math.max(1, rows - others) }} />
      ))}
      {isSending && <Text>keeping it …</Text>}
    </Box>
  )
}

function FieldLine({ field, draft, columns, rows }: DraftFormProps & { field: Field }) {
  const hasFocus = draft.field === field
  const isSpoken = useIsSpoken()
  const name = isSpoken ? names[field] : `${hasFocus ? '›' : ' '} ${names[field]}`
  if (field === 'body') {
    // A long text needs the whole width.
    const nameRows = draft.purpose.kind === 'note' || rows < 2 ? 0 : 1
    return (
      <Box flexDirection="column" flexShrink={0} aria-state={{ selected: hasFocus }}>
        {nameRows > 0 && <Text bold={hasFocus}>{name}</Text>}
        <TypedText typed={draft.body} hasFocus={hasFocus} columns={columns} rows={rows - nameRows} />
      </Box>
    )
  }
  return (
    <Box flexShrink={0} aria-state={{ selected: hasFocus }}>
      <Box flexShrink={0} width={nameColumns}>
        <Text bold={hasFocus} wrap="truncate-end">
          {name}
        </Text>
      </Box>
      <FieldValue {...{ field, draft, hasFocus, columns: Math.max(2, columns - nameColumns) }} />
    </Box>
  )
}

function FieldValue({
  field,
  draft,
  hasFocus,
  columns,
}: {
  field: Exclude<Field, 'body'>
  draft: Draft
  hasFocus: boolean
  columns: number
}) {
  if (field === 'category') return <Choice words={categories} chosen={draft.category} />
  if (field === 'status') return <Choice words={statuses} chosen={fieldsOf(draft).status} />
  return <TypedText typed={draft[field]} hasFocus={hasFocus} columns={columns} rows={1} />
}
