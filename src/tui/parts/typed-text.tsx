import { Text } from 'ink'
import { type Typed, typedText } from './line-editor.ts'

/** Around the cursor of a long text only so much is drawn for every key. */
const mostDrawn = 3000

/** A text that is being typed, with the cursor in it if it has the focus. */
export function TypedText({ typed, hasFocus }: { typed: Typed; hasFocus: boolean }) {
  if (!hasFocus) return <Text wrap="truncate-end">{typedText(typed).slice(0, mostDrawn)}</Text>
  const { before, after } = typed
  const [under = '\n'] = after
  const isAtLineEnd = under === '\n'
  return (
    <Text wrap="hard">
      {before.length > mostDrawn ? `… ${before.slice(-mostDrawn)}` : before}
      <Text inverse>{isAtLineEnd ? ' ' : under}</Text>
      {after.slice(isAtLineEnd ? 0 : under.length, mostDrawn)}
    </Text>
  )
}
