import { useApp } from 'ink'
import { drawFullScreen } from './draw.tsx'
import { Pile } from './pile.tsx'
import { HelpScreen } from './screens/help/screen.tsx'
import { type Ready, type ViewerProps, ViewerScreen } from './screens/viewer/screen.tsx'

/** Draws a transcript until it is left: no menu is beneath, which would ask the database first. */
export async function mountViewer(data: ViewerProps['data'], ready: Ready): Promise<void> {
  await drawFullScreen(<ViewerAlone data={data} ready={ready} />)
}

function ViewerAlone({ data, ready }: { data: ViewerProps['data']; ready: Ready }) {
  const { exit } = useApp()
  const { sessionId, agentId } = ready.conversation
  const transcripts = [{ sessionId, agentId: agentId ?? undefined }]
  return (
    <Pile
      base={placed => <ViewerScreen {...placed} data={data} transcripts={transcripts} ready={ready} />}
      screenOf={(place, placed) =>
        place.screen === 'help' ? <HelpScreen {...placed} sections={place.sections} /> : null
      }
      onEnd={() => exit()}
    />
  )
}
