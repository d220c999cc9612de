// Stands in for the Intl.Segmenter of packages that draw: see bundle-patches.mjs.
import { graphemesOf } from '../src/base/text-width.ts'

export const segmenterOfOurs = { segment: graphemesOf }
