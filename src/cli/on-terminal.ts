/** Whether there is somebody to draw a screen for. */
export function isOnTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY)
}
