import type { Block } from '../../src/transcripts/conversation.ts'

/** A text that the viewer shows, and whether it may be made of things whose shape we don't know. */
interface ShownText {
  readonly whole: string
  readonly isData: boolean
}

/** What a block shows, read as it is meant: the input of a tool as its texts. */
export function shownTexts(block: Block): ShownText[] {
  switch (block.kind) {
    case 'text':
    case 'thinking':
      return [{ whole: block.text, isData: false }]
    case 'note':
      return [withTexts(block.text)]
    case 'tool': {
      const name = { whole: block.name, isData: block.name === '(none)' }
      const asked = leaves(JSON.parse(block.input)).map(whole => ({ whole, isData: false }))
      return [name, ...asked, ...(block.result ? [withTexts(block.result.text)] : [])]
    }
    case 'result':
      return [withTexts(block.result.text)]
    case 'image':
      return []
    default:
      return block satisfies never
  }
}

/** A text that can have JSON in it, with the texts of that. */
function withTexts(text: string): ShownText {
  const inner = text.split('\n').flatMap(line => {
    try {
      return leaves(JSON.parse(line))
    } catch {
      return []
    }
  })
  return { whole: [text, ...inner].join('\n'), isData: true }
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(leaves)
}
