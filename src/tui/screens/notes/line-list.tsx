import { Box, Text } from 'ink'
import { ListRow } from '../../parts/spoken.tsx'

/** Lines that fit the screen, one of which can be chosen. */
export function LineList({ lines, chosen }: { lines: readonly string[]; chosen: number | null }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <ListRow key={at} isChosen={at === chosen} spoken={line}>
          <Text wrap="truncate-end" bold={at === chosen}>
            {chosen === null ? line || ' ' : `${at === chosen ? '›' : ' '} ${line}`}
          </Text>
        </ListRow>
      ))}
    </Box>
  )
}
