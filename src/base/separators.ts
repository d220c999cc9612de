/**
 * Drops U+001A, U+001E and U+001F, which end cells and rows of what travels (sync/row-text.ts). Text is stored without them,
 * so that it is the same everywhere, and so are hashes of it.
 */
export function dropSeparators(text: string): string {
  return text.replace(/[\u001a\u001e\u001f]/g, '')
}
