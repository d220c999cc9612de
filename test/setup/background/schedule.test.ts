import { expect, test } from 'vitest'
import { nextStart, spreadMinutes } from '../../../src/setup/background/schedule.ts'

const at = (time: string) => Date.parse(`2026-11-20T${time}Z`)

test('two machines that are set up at different moments sync at different minutes', () => {
  const minutes = [at('10:00:00'), at('10:00:07'), at('10:00:14'), at('10:00:15')].map(spreadMinutes)

  expect(minutes).toEqual(['0,15,30,45', '7,22,37,52', '14,29,44,59', '0,15,30,45'])
})

test.each([
  ['7,22,37,52 * * * *', '10:07:00', '10:22:00'],
  ['7,22,37,52 * * * *', '10:06:59', '10:07:00'],
  ['7,22,37,52 * * * *', '10:52:01', '11:07:00'],
  ['*/20 * * * *', '10:05:30', '10:20:00'],
  ['* * * * *', '10:05:30', '10:06:00'],
])('a line with %s starts after %s at %s', (schedule, now, next) => {
  expect(nextStart(schedule, at(now))).toBe(at(next))
})

test.each(['0 3 * * *', '@hourly', '7-20 * * * *', '', '99 * * * *', '*/0 * * * *'])(
  'of a schedule that cron alone understands nothing is claimed: %s',
  schedule => {
    expect(nextStart(schedule, at('10:00:00'))).toBeUndefined()
  },
)
