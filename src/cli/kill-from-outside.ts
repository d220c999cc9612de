/**
 * Has somebody outside end this process, should it still be there after so many seconds: leaving in good order waits for
 * what DuckDB, a slow disk or a network that hangs is at on other threads.
 */
export async function killFromOutside(seconds: number): Promise<void> {
  // Of Node itself, so no disk is asked; a hook that is in time starts faster without it.
  const { spawn } = await import('node:child_process')
  spawn('/bin/sh', ['-c', `sleep ${seconds}; kill -9 ${process.pid}`], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref()
}
