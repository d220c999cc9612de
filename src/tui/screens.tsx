import type { Destination, ScreenProps } from './screen.ts'
import { HelpScreen } from './screens/help/screen.tsx'
import { NotesScreen } from './screens/notes/screen.tsx'
import { SessionsScreen } from './screens/sessions/screen.tsx'
import { SummaryScreen } from './screens/summary/screen.tsx'
import { ViewerScreen } from './screens/viewer/screen.tsx'

/** The screens, one line each. */
export function screenOf(destination: Destination, props: ScreenProps) {
  switch (destination.screen) {
    case 'sessions':
      return <SessionsScreen {...props} query={destination.query} />
    case 'summary':
      return <SummaryScreen {...props} />
    case 'notes':
      return <NotesScreen {...props} />
    case 'viewer':
      return <ViewerScreen {...props} transcripts={destination.transcripts} at={destination.at} />
    case 'help':
      return <HelpScreen {...props} sections={destination.sections} />
    default:
      return destination satisfies never
  }
}
