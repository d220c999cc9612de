import { Box, Text } from 'ink'
import { Cursor } from './cursor.tsx'
import type { Typed } from './line-editor.ts'
import { typedLines } from './typed-lines.ts'

interface TypedTextProps {
  readonly typed: Typed
  readonly hasFocus: boolean
  readonly columns: number
  /** How many lines of it are seen: those around the cursor. */
  readonly rows: number
}

/** A text that is being typed, with the cursor in it if it has the focus. */
export function TypedText({ typed, hasFocus, columns, rows }: TypedTextProps) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {typedLines(typed, columns, rows).map(({ before, under, after }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={at} wrap="truncate-end">
          {before || (under === null ? ' ' : '')}
          {under !== null && (hasFocus ? <Cursor on={under} /> : under)}
          {after}
        </Text>
      ))}
    </Box>
  )
}
