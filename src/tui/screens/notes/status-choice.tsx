import { Text } from 'ink'
import { type Status, statuses } from '../../../features/entries/entry.ts'

/** All statuses on one line, told apart without colours too. */
export function StatusChoice({ chosen }: { chosen: Status }) {
  return (
    <Text wrap="truncate-end">
      {'Status: '}
      {statuses.map(status => (
        <Text key={status} bold={status === chosen}>
          {status === chosen ? `[${status}] ` : ` ${status}  `}
        </Text>
      ))}
    </Text>
  )
}
