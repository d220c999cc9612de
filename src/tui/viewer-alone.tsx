import { useApp, useWindowSize } from 'ink'
import { drawFullScreen } from './draw.tsx'
import { type Ready, type ViewerProps, ViewerScreen } from './screens/viewer/screen.tsx'

/** Draws a transcript until it is left: no menu is beneath, which would ask the database first. */
export async function mountViewer(data: ViewerProps['data'], ready: Ready): Promise<void> {
  await drawFullScreen(<ViewerAlone data={data} ready={ready} />)
}

function ViewerAlone({ data, ready }: { data: ViewerProps['data']; ready: Ready }) {
  const { exit } = useApp()
  const { sessionId, agentId } = ready.conversation
  return (
    <ViewerScreen
      data={data}
      transcripts={[{ sessionId, agentId: agentId ?? undefined }]}
      ready={ready}
      size={useWindowSize()}
      isActive
      onBack={() => exit()}
    />
  )
}
