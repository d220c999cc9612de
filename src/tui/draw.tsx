import { render } from 'ink'
import type { ReactNode } from 'react'
import { useTerminalModes } from './parts/terminal-modes.ts'

/** Draws on the terminal's other screen until it is left. Resolves with what it was left with. */
export async function drawFullScreen(screens: ReactNode): Promise<unknown> {
  const app = render(<WithModes>{screens}</WithModes>, {
    // Whoever calls has made sure of a terminal; Ink would doubt it where a variable CI is set.
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 60,
  })
  return app.waitUntilExit()
}

function WithModes({ children }: { children: ReactNode }) {
  useTerminalModes()
  return children
}
