import { Text } from 'ink'
import { memo } from 'react'
import { useHasColor } from '../../parts/palette.tsx'
import { useIsSpoken } from '../../parts/spoken.tsx'
import { spokenText } from '../../parts/spoken-text.ts'
import { type Row, rowText } from './runs.ts'

/** One row. Drawn again only when it is another one. */
export const RowLine = memo(function RowLine({ row }: { readonly row: Row }) {
  const hasStyles = useHasColor()
  if (useIsSpoken()) return <Text>{spokenText(rowText(row)) || ' '}</Text>
  return (
    <Text wrap="truncate-end">
      {row.length === 0
        ? ' '
        : row.map(({ text, style }, index) => (
            <Text
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a row have no names
              key={index}
              bold={style.bold ?? false}
              dimColor={style.dim ?? false}
              italic={style.italic ?? false}
              underline={style.underline ?? false}
              strikethrough={style.strike ?? false}
              inverse={style.inverse === true && hasStyles}
              {...(style.color === undefined ? {} : { color: style.color })}
            >
              {style.inverse && !hasStyles ? `»${text}«` : text}
            </Text>
          ))}
    </Text>
  )
})
