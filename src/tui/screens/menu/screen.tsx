import { Box, Text } from 'ink'
import SelectInput from 'ink-select-input'
import { useState } from 'react'
import { truncateText } from '../../../base/text-width.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHelp, KeyHints } from '../../parts/key-hints.tsx'
import { type KeyTable, useKeys } from '../../parts/keys.ts'
import { useAnswer } from '../../parts/use-answer.ts'
import type { Destination, ScreenProps } from '../../screen.ts'
import { overviewParts } from './text.ts'

const places: readonly { readonly label: string; readonly value: Destination }[] = [
  { label: '1 Resume a session', value: { screen: 'sessions' } },
  { label: '2 Summary', value: { screen: 'summary' } },
  { label: '3 Notes & inbox', value: { screen: 'notes' } },
]
const quit = { label: 'q Quit', value: 'quit' } as const
const items = [...places, quit].map(({ label, value }) => ({ label, value, key: label }))

const keys: KeyTable<'choose' | 'quit' | 'help'> = [
  { keys: [], command: 'choose', shown: '1-3 ↑↓ Enter', does: 'choose' },
  { keys: ['q', 'escape'], command: 'quit', shown: 'q Esc', does: 'quit' },
  { keys: ['?'], command: 'help', shown: '?', does: 'all keys' },
]

/** Where a person begins. The keys that choose are the list's own. */
export function MenuScreen({ data, size, isActive, onBack, onOpen }: ScreenProps) {
  const { value, trouble } = useAnswer(data, data.overview, isActive)
  const [showsHelp, setShowsHelp] = useState(false)
  useKeys(
    keys,
    command => {
      if (command === 'help') setShowsHelp(shows => !shows)
      else onBack()
    },
    { isActive },
  )
  const overview = value === undefined ? [] : overviewParts(value, data.clock, data.now())
  const note = trouble ?? overview.join(' · ')
  // Where there is hardly room, the choices themselves come first.
  const isTall = size.rows > items.length + 2
  return (
    <Box flexDirection="column" height={size.rows}>
      {isTall && <Header title="claude-session-logger" columns={size.columns} />}
      <Box flexShrink={0}>
        <Text dimColor={trouble === undefined} wrap="truncate-end">
          {truncateText(note, size.columns)}
        </Text>
      </Box>
      <Box flexGrow={1} overflow="hidden" paddingTop={size.rows > 8 ? 1 : 0}>
        <Box flexShrink={0}>
          {showsHelp ? (
            <KeyHelp table={keys} title="Keys" />
          ) : (
            <SelectInput
              items={items}
              isFocused={isActive}
              onSelect={({ value }) => (value === 'quit' ? onBack() : onOpen(value))}
            />
          )}
        </Box>
      </Box>
      {isTall && <KeyHints table={keys} columns={size.columns} />}
    </Box>
  )
}
