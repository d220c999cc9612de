import type { TuiData } from './data.ts'
import type { PlacedProps } from './pile.tsx'
import type { HelpSection } from './screens/help/pages.ts'
import type { TranscriptToRead } from './screens/viewer/screen.tsx'

/** Where a person can go. A screen that needs to know more than its name is told here. */
export type Destination =
  | { readonly screen: 'sessions'; readonly query?: string }
  | { readonly screen: 'summary' }
  | { readonly screen: 'notes' }
  /** Transcripts to be read one after the other, beginning with the one `at` that place, from 0. */
  | { readonly screen: 'viewer'; readonly transcripts: readonly TranscriptToRead[]; readonly at?: number }
  | { readonly screen: 'help'; readonly sections: readonly HelpSection[] }

/** What the person wants once the screen is gone: it is carried out after the terminal is restored. */
export interface Wish {
  readonly kind: 'resume'
  readonly sessionId: string
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What every screen gets. It draws all of `size`, keeps its state in `state.ts` and its keys in a table. */
export interface ScreenProps extends PlacedProps {
  readonly data: TuiData
  /** What is recorded on this machine and not shown, as nobody has read it yet; undefined: nothing. */
  readonly missing?: string | undefined
  readonly onWish: (wish: Wish) => void
}
