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

/** All keys of a table, one a line. */
export function KeyHelp({ table, title }: { table: KeyTable<string>; title: string }) {
  const width = Math.max(...table.map(({ shown }) => shown.length))
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text bold>{title}</Text>
      {table.map(({ command, shown, does, inFull = does }) => (
        <Text key={command} wrap="truncate-end">
          {`  ${shown.padEnd(width)}  ${inFull}`}
        </Text>
      ))}
    </Box>
  )
}
