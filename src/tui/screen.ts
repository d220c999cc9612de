import type { TranscriptName } from '../features/sessions/locate-transcript.ts'
import type { TuiData } from './data.ts'

/** Where a person can go. A screen that needs to know more than its name is told here. */
export type Destination =
  | { readonly screen: 'sessions'; readonly query?: string }
  | { readonly screen: 'summary' }
  | { readonly screen: 'notes' }
  /** Transcripts to be read one after the other, beginning with the one `at` that place, from 0. */
  | { readonly screen: 'viewer'; readonly transcripts: readonly TranscriptName[]; readonly at?: number }

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
export interface ScreenProps {
  readonly data: TuiData
  readonly size: Size
  /** Only the screen on top takes keys; those below stay mounted, so that going back finds them as they were. */
  readonly isActive: boolean
  readonly onBack: () => void
  readonly onOpen: (destination: Destination) => void
  readonly onWish: (wish: Wish) => void
}
