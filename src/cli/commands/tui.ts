import { type Context, placeOf } from '../context.ts'

/** Whether there is somebody to draw a screen for. */
export function isOnTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY)
}

/** Opens the full-screen program, and does afterwards what the person wished there. */
export async function tuiCommand(context: Context, first?: 'sessions'): Promise<void> {
  const place = await placeOf(context)
  const { startTui } = await import('../../tui/start.ts')
  const wish = await startTui(place, first && { screen: first })
  if (wish) await (await import('./resume.ts')).resumeCommand(context, wish.sessionId)
}
