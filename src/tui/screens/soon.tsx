import { Box, Text } from 'ink'
import { Header } from '../parts/header.tsx'
import { KeyHints } from '../parts/key-hints.tsx'
import { type KeyTable, useKeys } from '../parts/keys.ts'
import type { ScreenProps } from '../screen.ts'

const keys: KeyTable<'back'> = [{ keys: ['q', 'escape'], command: 'back', shown: 'q Esc', does: 'back' }]

/** Stands where a screen is still to come, and says how to do the same on the command line. */
export function SoonScreen({
  size,
  isActive,
  onBack,
  title,
  instead,
}: ScreenProps & { readonly title: string; readonly instead: string }) {
  useKeys(keys, () => onBack(), { isActive })
  return (
    <Box flexDirection="column" height={size.rows}>
      <Header title={title} columns={size.columns} />
      <Box flexGrow={1} overflow="hidden">
        <Text>{`This screen is still to come. Until then: ${instead}`}</Text>
      </Box>
      <KeyHints table={keys} columns={size.columns} />
    </Box>
  )
}
