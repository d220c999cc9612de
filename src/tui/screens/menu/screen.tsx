import { Box, Text } from 'ink'
import SelectInput from 'ink-select-input'
import { truncateText } from '../../../base/text-width.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { useKeys } from '../../parts/screen-keys.ts'
import { ListRow, useIsSpoken } from '../../parts/spoken.tsx'
import { useAnswer } from '../../parts/use-answer.ts'
import { useLiveReducer } from '../../parts/use-live-reducer.ts'
import type { ScreenProps } from '../../screen.ts'
import { chosenAfter, menuKeys, placeOf, places } from './state.ts'
import { overviewParts } from './text.ts'

const items = [...places.map(({ label }) => label), 'q Quit'].map(label => ({ label, value: label }))
/** On lower screens what is in the way is cut to a line. */
const roomForTrouble = 16
const help = [{ title: 'Keys', table: menuKeys }]

/** Where a person begins. */
export function MenuScreen({ data, missing, size, isActive, onBack, onOpen }: ScreenProps) {
  const { value, trouble } = useAnswer(data, data.overview, isActive)
  const [chosen, dispatch, latest] = useLiveReducer(chosenAfter, 0)
  useKeys(
    menuKeys,
    command => {
      if (command === 'up' || command === 'down') return dispatch(command)
      if (command === 'help') return onOpen({ screen: 'help', sections: help })
      const place = placeOf(latest(), command)
      if (place) onOpen(place)
      else onBack()
    },
    { isActive },
  )
  const isSpoken = useIsSpoken()
  const overview = value === undefined ? [] : overviewParts(value, data.clock, data.now())
  const note = trouble ?? overview.join(' · ')
  // Where there is hardly room, the choices themselves come first.
  const isTall = size.rows > items.length + 2
  return (
    <Box flexDirection="column" height={size.rows}>
      {isTall && <Header title="claude-session-logger" columns={size.columns} />}
      <Box flexShrink={0}>
        {trouble !== undefined && size.rows >= roomForTrouble ? (
          <Text>{trouble}</Text>
        ) : (
          <Text dimColor={trouble === undefined} wrap="truncate-end">
            {truncateText(note, size.columns)}
          </Text>
        )}
      </Box>
      {missing !== undefined && missing !== trouble && size.rows > items.length + 4 && (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {truncateText(missing, size.columns)}
          </Text>
        </Box>
      )}
      <Box flexGrow={1} overflow="hidden" paddingTop={size.rows > 8 ? 1 : 0}>
        <Box flexShrink={0} flexDirection="column">
          {/* It only draws: keys of its own would not wait for the next screen. */}
          {isSpoken ? (
            items.map(({ label }, at) => (
              <ListRow key={label} isChosen={at === chosen} spoken={label}>
                {null}
              </ListRow>
            ))
          ) : (
            <SelectInput key={chosen} items={items} initialIndex={chosen} isFocused={false} />
          )}
        </Box>
      </Box>
      {isTall && <KeyHints table={menuKeys} columns={size.columns} />}
    </Box>
  )
}
