import { Box, Text } from 'ink'
import { truncateText } from '../../base/text-width.ts'
import type { KeyTable } from './keys.ts'

/** The line at the bottom of a screen: as many keys of its table as fit. */
export function KeyHints({ table, columns }: { table: KeyTable<string>; columns: number }) {
  const hints = table.filter(({ isMinor }) => !isMinor).map(({ shown, does }) => `${shown} ${does}`)
  return (
    <Box flexShrink={0}>
      <Text dimColor wrap="truncate-end">
        {truncateText(hints.join(' · '), columns)}
      </Text>
    </Box>
  )
}
