import { Text } from 'ink'
import { useHasColor } from './palette.tsx'
import { useIsSpoken } from './spoken.tsx'

/** The character at which one writes. Where nothing can be turned around (NO_COLOR) a bar stands before it. */
export function Cursor({ on }: { readonly on: string }) {
  const isSpoken = useIsSpoken()
  const hasStyles = useHasColor()
  if (isSpoken) return <Text>{on}</Text>
  return hasStyles ? <Text inverse>{on}</Text> : <Text>{`▏${on === ' ' ? '' : on}`}</Text>
}
