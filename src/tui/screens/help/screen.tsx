import { Box, Text } from 'ink'
import { useState } from 'react'
import { truncateText } from '../../../base/text-width.ts'
import { useStrokes } from '../../parts/screen-keys.ts'
import type { PlacedProps } from '../../pile.tsx'
import { type HelpSection, helpPages } from './pages.ts'

const onwards = new Set(['?', 'space', 'enter', 'down', 'right', 'j', 'page down', 'tab'])
const backwards = new Set(['up', 'left', 'k', 'page up', 'b', 'shift+tab'])

/** All keys of the screen that asked for them. A key that turns no page leads back. */
export function HelpScreen({
  sections,
  size,
  isActive,
  onBack,
}: PlacedProps & { readonly sections: readonly HelpSection[] }) {
  const [asked, setAsked] = useState(0)
  const { columns, rows } = size
  const whole = helpPages(sections, size)
  // Where there are several, the last line says so.
  const pages = whole.length === 1 ? whole : helpPages(sections, { columns, rows: Math.max(1, rows - 1) })
  const page = Math.min(asked, pages.length - 1)
  useStrokes(
    stroke => {
      const name = stroke.kind === 'key' ? stroke.name : ''
      const by = onwards.has(name) ? 1 : backwards.has(name) ? -1 : 0
      // Several keys can come before the next page is drawn.
      if (by !== 0 && pages.length > 1) setAsked(at => Math.max(0, Math.min(at + by, pages.length - 1)))
      else onBack()
      return true
    },
    { isActive },
  )
  return (
    <Box flexDirection="column" height={rows} width={columns}>
      <Box flexGrow={1} overflow="hidden">
        {pages[page]?.map((lines, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place
          <Box key={column} flexDirection="column" flexShrink={0}>
            {lines.map(({ text, isTitle }, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
              <Text key={line} bold={isTitle} wrap="truncate-end">
                {truncateText(text, columns)}
              </Text>
            ))}
          </Box>
        ))}
      </Box>
      {pages.length > 1 && (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {truncateText(`${page + 1}/${pages.length} · ↓ ↑ turn the page · q back`, columns)}
          </Text>
        </Box>
      )}
    </Box>
  )
}
