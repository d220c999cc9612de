/** The parts that setup is made of. */
export type Part = 'data' | 'hook script' | 'hooks' | 'usage doc' | 'background' | 'logger command' | 'token'

/**
 * One thing that setup is going to do, said before it is done. Planning reads, checks and refuses (UserError) what cannot be
 * done; it changes nothing. Nothing to do: no step.
 */
export interface Step {
  readonly part: Part
  /** A line for the person, without the part: `SessionStart, SessionEnd in /home/ada/.claude/settings.json`. */
  readonly title: string
  /** More lines for the person: what is found and replaced, what it means, what to do by hand. */
  readonly details?: readonly string[]
  /**
   * Does it, whole or not at all where it can; may be done again after a kill at any point. Undefined: there is nothing that we can
   * do, only something to say.
   */
  readonly run?: () => Promise<void>
}
