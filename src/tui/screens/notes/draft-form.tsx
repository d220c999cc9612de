import { Box, Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { categories } from '../../../features/entries/entry.ts'
import { TypedText } from '../../parts/typed-text.tsx'
import type { Draft } from './draft.ts'

/** The fields of a new entry, or the text of a note. */
export function DraftForm({ draft }: { draft: Draft }) {
  const { noteTo, category, title, body, field, isSending } = draft
  return (
    <Box flexDirection="column" flexShrink={0}>
      {noteTo ? (
        <Text bold wrap="truncate-end">{`A note to: ${cleanText(noteTo.title)}`}</Text>
      ) : (
        <>
          <Text wrap="truncate-end">
            <Text bold={field === 'category'}>{field === 'category' ? '› Category ' : '  Category '}</Text>
            {categories.map(name => (name === category ? `[${name}]` : ` ${name} `)).join(' ')}
          </Text>
          <Box>
            <Box flexShrink={0}>
              <Text bold={field === 'title'}>{field === 'title' ? '› Title    ' : '  Title    '}</Text>
            </Box>
            <TypedText typed={title} hasFocus={field === 'title'} />
          </Box>
          <Text bold={field === 'body'}>{field === 'body' ? '› Text' : '  Text'}</Text>
        </>
      )}
      <Box flexDirection="column">
        <TypedText typed={body} hasFocus={field === 'body'} />
      </Box>
      {isSending && <Text>keeping it …</Text>}
    </Box>
  )
}
