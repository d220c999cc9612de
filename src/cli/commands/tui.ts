import { projectOf } from '../../features/sessions/project-key.ts'
import { type Context, placeOf } from '../context.ts'

/** The screen that is opened at once; none: the menu. */
type Destination = Parameters<typeof import('../../tui/start.ts').startTui>[2]

/** Opens the full-screen program, and does afterwards what the person wished there. */
export async function tuiCommand(context: Context, first?: Destination): Promise<void> {
  const place = await placeOf(context)
  const { startTui } = await import('../../tui/start.ts')
  const cwd = process.cwd()
  const { project, key: projectKey } = projectOf(cwd)
  const { machineId, machineLabel: machine } = place.identity
  const options = {
    here: { cwd, project, projectKey, machineId, machine },
    workerUrl: context.workerUrl,
    searchWorkerUrl: context.searchWorkerUrl,
    editor: context.env.VISUAL || context.env.EDITOR || 'vi',
    write: (text: string) => process.stdout.write(text),
  }
  const wish = await startTui(place, options, first)
  if (wish) await (await import('./resume.ts')).resumeCommand(context, wish.sessionId)
}
