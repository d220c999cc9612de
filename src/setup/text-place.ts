/**
 * Where a text of somebody else's stands that setup adds to: a settings file, the crontab. Texts are kept to the byte: what is
 * no UTF-8 is refused with a UserError, never repaired.
 */
export interface TextPlace {
  /** Names it in the record for good: `file:/home/ada/.claude/settings.json`, `crontab`. */
  readonly key: string
  /** As people call it. */
  readonly name: string
  /** The whole text; undefined where there is none. */
  read(): Promise<string | undefined>
  /**
   * Replaces the whole text, at once or not at all; undefined takes it away. Throws a UserError where what stands there is
   * not `expected` any more: somebody else wrote in between.
   */
  write(text: string | undefined, expected: string | undefined): Promise<void>
  /** Throws a UserError where it could not be written: asked before anything at all is touched. */
  check?(): void
  /** Takes away what a write that was killed left beside it. */
  tidy?(): void
}
