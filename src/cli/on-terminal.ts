/** Whether there is somebody to draw a screen for, on a terminal that can. */
export function isOnTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb')
}
