// Stands in for string-width where packages in the bundle ask for it: see build.mjs.
import stringWidth from 'string-width'
import { textWidth } from '../src/base/text-width.ts'

export default function width(text, options) {
  return options || typeof text !== 'string' ? stringWidth(text, options) : textWidth(text)
}
