// Stands in for an Intl.Segmenter, which is made when it is first needed: see bundle-patches.mjs.

let made

export const lateSegmenter = {
  segment(text) {
    made ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
    return made.segment(text)
  },
}
