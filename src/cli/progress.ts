import type { BackfillProgress } from '../ingest/backfill.ts'

const barColumns = 24
const redrawMs = 100

/**
 * Shows how far reading has come: a bar with rate and time left on a terminal, else a plain line every few seconds.
 * `done()` clears the bar.
 */
export function createProgress(stream: NodeJS.WriteStream): {
  update: (progress: BackfillProgress) => void
  done: () => void
} {
  const startedMs = performance.now()
  const everyMs = stream.isTTY ? redrawMs : 5000
  let shownMs = stream.isTTY ? 0 : startedMs
  return {
    update(progress) {
      const nowMs = performance.now()
      if (nowMs - shownMs < everyMs) return
      shownMs = nowMs
      const text = progressText(progress, nowMs - startedMs, stream.isTTY === true)
      stream.write(stream.isTTY ? `\r\x1b[K${text.slice(0, Math.max(20, stream.columns - 1))}` : `${text}\n`)
    },
    done() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}

/** One line: bar, files, rate, time left. */
export function progressText(progress: BackfillProgress, elapsedMs: number, withBar: boolean): string {
  const { files, filesRead, bytes, bytesRead } = progress
  const share = bytes === 0 ? 1 : bytesRead / bytes
  const mbPerSec = bytesRead / 1e6 / Math.max(elapsedMs / 1000, 0.001)
  const leftSec = share > 0 ? ((elapsedMs / 1000) * (1 - share)) / share : 0
  const filled = Math.round(share * barColumns)
  const bar = withBar ? `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)} ` : ''
  const percent = `${Math.floor(share * 100)}`.padStart(3)
  return `${bar}${percent} %  ${filesRead} of ${files} files  ${mbPerSec.toFixed(0)} MB/s  ${leftText(leftSec)} left`
}

function leftText(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
