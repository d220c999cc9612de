/** How often the background sync runs, in minutes. */
export const everyMinutes = 15

/** The minutes of an hour at which it runs: `7,22,37,52`. Taken from the moment it is set up, so that machines differ. */
export function spreadMinutes(nowMs: number): string {
  const first = Math.floor(nowMs / 1000) % everyMinutes
  const times = 60 / everyMinutes
  return Array.from({ length: times }, (_, i) => first + i * everyMinutes).join(',')
}

/**
 * When a schedule of the crontab starts its command next, in milliseconds since 1970; undefined for one that names more than
 * minutes, which cron alone needs to understand.
 */
export function nextStart(schedule: string, nowMs: number): number | undefined {
  const [minutes = '', ...others] = schedule.trim().split(/\s+/)
  if (others.length !== 4 || others.some(field => field !== '*')) return undefined
  const isMinute = minuteTest(minutes)
  const minuteMs = 60_000
  for (let i = 1; isMinute && i <= 60; i++) {
    const ms = (Math.floor(nowMs / minuteMs) + i) * minuteMs
    if (isMinute(new Date(ms).getMinutes())) return ms
  }
  return undefined
}

function minuteTest(field: string): ((minute: number) => boolean) | undefined {
  const step = /^\*(?:\/([1-9]\d?))?$/.exec(field)
  if (step) return minute => minute % Number(step[1] ?? 1) === 0
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return undefined
  const minutes = field.split(',').map(Number)
  return minute => minutes.includes(minute)
}
