import { Box, Text } from 'ink'
import { graphemesOf, textWidth, truncateText } from '../../base/text-width.ts'
import { Cursor } from './cursor.tsx'

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
        {isFocused && <Cursor on=" " />}
        {text === '' && <Text dimColor>{truncateText(hint, Math.max(0, room - 1))}</Text>}
      </Text>
    </Box>
  )
}

function endOf(text: string, columns: number): string {
  // Whatever is further away can't be seen: a large paste is not measured for every frame.
  const from = Math.max(0, text.length - columns * 4)
  const characters = [...graphemesOf(text.slice(from))].slice(from > 0 ? 1 : 0)
  let at = characters.length
  for (let width = 0; at > 0; at--) {
    width += textWidth(characters[at - 1]?.segment ?? '')
    if (width > columns) break
  }
  return characters
    .slice(at)
    .map(({ segment }) => segment)
    .join('')
}
