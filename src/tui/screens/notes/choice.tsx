import { Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { useIsSpoken } from '../../parts/spoken.tsx'

/** One of several words, all on one line, told apart without colours too. Before them one that is none of ours. */
export function Choice({ words, chosen }: { words: readonly string[]; chosen: string }) {
  if (useIsSpoken()) return <Text>{cleanText(chosen)}</Text>
  const shown = words.includes(chosen) ? words : [chosen, ...words]
  return (
    <Text wrap="truncate-end">
      {shown.map(word => (
        <Text key={word} bold={word === chosen}>
          {word === chosen ? `[${cleanText(word)}] ` : ` ${word}  `}
        </Text>
      ))}
    </Text>
  )
}
