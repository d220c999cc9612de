import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addCronLine, findCronLines, removeCronLines } from '../../../src/setup/background/cron-line.ts'

const shim = '/home/ada/.claude/claude-session-logger/hook.sh'
const minutes = '7,22,37,52'
const ours = `7,22,37,52 * * * * nice -n 10 /bin/sh '${shim}' background run --scheduled >/dev/null 2>&1 # claude-session-logger\n`

const add = (text: string | undefined) => addCronLine(text, shim, minutes)
const remove = (text: string, before?: string) => removeCronLines(text, shim, before)

describe('our line', () => {
  test('makes a crontab where there is none', () => {
    expect(add(undefined)).toBe(ours)
    expect(remove(ours)).toBe('')
  })

  test('stands below what others wrote, who keep every byte, and goes without a trace', () => {
    const lines = fc.array(
      fc.constantFrom(
        '# m h dom mon dow',
        '',
        '  ',
        'MAILTO=""',
        '*/5 * * * * backup --all',
        '\t@daily x\r',
        'é % \\%',
      ),
    )

    fc.assert(
      fc.property(lines, above => {
        const text = above.map(line => `${line}\n`).join('')

        expect(add(text)).toBe(text + ours)
        expect(remove(add(text))).toBe(text)
        expect(add(add(text))).toBe(add(text))
      }),
    )
  })

  test('is found among lines that were added later, which stay', () => {
    const later = `${add('@daily a\n')}@weekly b\n`

    expect(add(later)).toBe(later)
    expect(remove(later)).toBe('@daily a\n@weekly b\n')
  })

  test('is added once, also where somebody doubled it', () => {
    const doubled = `${ours}@daily a\n${ours}`

    expect(add(doubled)).toBe(`${ours}@daily a\n`)
    expect(remove(doubled)).toBe('@daily a\n')
  })

  test('keeps the schedule that a person gave it', () => {
    const hourly = ours.replace('7,22,37,52 *', '5 *')
    const outdated = hourly.replace('nice -n 10 ', '')

    expect(add(hourly)).toBe(hourly)
    expect(add(`@daily a\n${outdated}@weekly b\n`)).toBe(`@daily a\n${hourly}@weekly b\n`)
    expect(findCronLines(outdated, shim)).toEqual([
      { schedule: '5 * * * *', isActive: true, isCurrent: false },
    ])
  })

  test('that was made a comment does not count, begins anew in its place, and is removed like any other', () => {
    const text = `@daily a\n# ${ours}@weekly b\n`

    expect(findCronLines(text, shim)).toEqual([
      { schedule: '7,22,37,52 * * * *', isActive: false, isCurrent: true },
    ])
    expect(add(text)).toBe(`@daily a\n${ours}@weekly b\n`)
    expect(remove(text)).toBe('@daily a\n@weekly b\n')
  })

  test('of another data folder is somebody else’s', () => {
    const other = ours.replace('/home/ada', '/home/bea')

    expect(add(other)).toBe(other + ours)
    expect(remove(other + ours)).toBe(other)
    expect(remove(other)).toBe(other)
  })

  test('follows a last line without an end', () => {
    expect(add('@daily a')).toBe(`@daily a\n${ours}`)
  })
})

test('names with blanks, quotes and percent signs are kept whole, also by cron, which makes newlines of %', () => {
  const [line = ''] = addCronLine(undefined, "/home/a b/50%/it's/hook.sh", minutes).split('\n')

  expect(line).toContain(`/bin/sh '/home/a b/50'\\%'/it'\\''s/hook.sh' background`)
  expect(findCronLines(line, "/home/a b/50%/it's/hook.sh")).toHaveLength(1)
})

test.each(['/home/a\nb/hook.sh', '/home/a\\b/hook.sh', `/home/${'a'.repeat(1000)}/hook.sh`])(
  'a name that cron cannot keep is refused',
  name => {
    expect(() => addCronLine('', name, minutes)).toThrow(/data folder/)
  },
)

test('the older tool’s line goes, as two tools would write one file, and comes back when ours goes', () => {
  const older = '*/15 * * * * python3 -m claude_session_logger.cli flush >/tmp/log 2>&1'
  const comment = '# claude_session_logger was here'
  const text = `@daily a\n${older}\n${comment}\n@weekly b\n`

  const added = add(text)

  expect(added).toBe(`@daily a\n${ours}${comment}\n@weekly b\n`)
  expect(remove(added, text)).toBe(text)
  expect(remove(`${added}@monthly c\n`, text)).toBe(`${text}@monthly c\n`)
  expect(remove(`${added}${older}\n`, text)).toBe(`@daily a\n${comment}\n@weekly b\n${older}\n`)
})
