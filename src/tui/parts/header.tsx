import { Box, Text } from 'ink'
import { padText, textWidth, truncateText } from '../../base/text-width.ts'
import { useIsSpoken } from './spoken.tsx'

/** The first line of a screen: what it shows, and at the right what is to be known at a glance. */
export function Header({ title, aside, columns }: { title: string; aside?: string; columns: number }) {
  const isSpoken = useIsSpoken()
  if (isSpoken) return <Text>{aside ? `${title}. ${aside}` : title}</Text>
  const left = truncateText(title, columns)
  const room = columns - textWidth(left) - 2
  const right = aside !== undefined && textWidth(aside) <= room ? aside : ''
  return (
    <Box flexShrink={0}>
      <Text wrap="truncate-end">
        <Text bold>{left}</Text>
        <Text dimColor>{padText(right, Math.max(0, columns - textWidth(left)), 'right')}</Text>
      </Text>
    </Box>
  )
}
