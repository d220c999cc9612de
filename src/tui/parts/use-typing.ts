import { useInput, usePaste } from 'ink'
import { keyNames } from './keys.ts'

/** Gives a text field every key by its name, and what is pasted as one text. */
export function useTyping(
  onKey: (name: string) => void,
  onPaste: (text: string) => void,
  { isActive }: { isActive: boolean },
): void {
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name)
    },
    { isActive },
  )
  usePaste(onPaste, { isActive })
}
