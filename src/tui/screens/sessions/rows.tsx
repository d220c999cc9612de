import { Text } from 'ink'
import { memo } from 'react'
import { ListRow } from '../../parts/spoken.tsx'
import type { FoundLine } from './data.ts'
import { hitRuns } from './hit-line.ts'

/**
 * Drawn anew only where its text changes: most keys change two lines. Without a box around it, as layout takes longer the more
 * there are: a screen has room for all its lines.
 */
export const RowLine = memo(function RowLine({
  line,
  isCursor,
  isLit,
}: {
  readonly line: string
  readonly isCursor: boolean
  readonly isLit: boolean
}) {
  return (
    <ListRow isChosen={isCursor} spoken={line}>
      <Text inverse={isCursor && isLit} bold={isCursor} wrap="truncate-end">
        {(isCursor ? '❯' : ' ') + line}
      </Text>
    </ListRow>
  )
})

const indent = ' '.repeat(6)

/** Whose words a line is. */
const speakers: Readonly<Record<FoundLine['kind'], string>> = {
  user: 'you',
  assistant: 'answer',
  thinking: 'thought',
  call: 'tool',
  result: 'result',
  notice: 'notice',
}
/** On narrower screens only the line itself is shown. */
const leastWithSpeaker = 60

/** The line of a transcript that was found, under its session. */
export const HitLine = memo(function HitLine({
  hit,
  columns,
  hasStyles,
}: {
  readonly hit: FoundLine
  readonly columns: number
  readonly hasStyles: boolean
}) {
  const before = columns < leastWithSpeaker ? indent : `${indent}${speakers[hit.kind]}: `
  return (
    <Text wrap="truncate-end">
      <Text dimColor>{before}</Text>
      {hitRuns(hit, columns - before.length, { hasStyles }).map(({ text, isMatch }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: runs have no other name than their place
        <Text key={at} dimColor={!isMatch} inverse={isMatch} bold={isMatch}>
          {text}
        </Text>
      ))}
    </Text>
  )
})
