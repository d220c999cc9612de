import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The processes that were started, directly or not, with a certain text in their environment. */
export function processesWith(mark: string): number[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter(pid => environmentOf(pid).includes(mark))
      .map(Number)
  }
  const lines = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n')
  return lines.filter(line => line.includes(mark)).map(line => Number.parseInt(line, 10))
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    // Ended while we looked.
    return ''
  }
}
