import { Box, Text } from 'ink'
import { textWidth, truncateText } from '../../base/text-width.ts'

/** A line to write in. Of a long text its end is seen, where the person writes. */
export function InputLine({
  label,
  text,
  hint = '',
  isFocused,
  columns,
}: {
  readonly label: string
  readonly text: string
  /** Shown where nothing is written yet. */
  readonly hint?: string
  readonly isFocused: boolean
  readonly columns: number
}) {
  const room = Math.max(0, columns - textWidth(label) - 1)
  return (
    <Box flexShrink={0}>
      <Text wrap="truncate-end">
        <Text bold={isFocused} dimColor={!isFocused}>
          {label}
        </Text>
        {endOf(text, room)}
        {isFocused && <Text inverse> </Text>}
        {text === '' && <Text dimColor>{truncateText(hint, Math.max(0, room - 1))}</Text>}
      </Text>
    </Box>
  )
}

function endOf(text: string, columns: number): string {
  let shown = text
  while (textWidth(shown) > columns) shown = [...shown].slice(1).join('')
  return shown
}
