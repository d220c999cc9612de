import { rmSync } from 'node:fs'
import { UserError } from '../../base/errors.ts'
import { writeFileAtomic } from '../../base/files.ts'
import { failureText, type Ran, type RunProgram } from '../../base/process.ts'
import type { TextPlace } from '../text-place.ts'

/**
 * The crontab of the person. `file`: of the data folder, for what is to be written. Throws a UserError where there is no cron, or it
 * is refused to them (cron.allow, cron.deny).
 */
export function crontab(run: RunProgram, file: string): TextPlace {
  const read = async () => {
    const ran = await run('crontab', ['-l'])
    if (ran.code === 0) return checked(ran.stdout)
    if (ran.code !== undefined && hasNone(ran)) return undefined
    throw refusal(ran, 'read')
  }
  // From a file that is whole: of a program that is killed while it writes to its input, crontab would keep what came till then.
  const install = async (text: string) => {
    await writeFileAtomic(file, text)
    try {
      return await run('crontab', [file])
    } finally {
      rmSync(file, { force: true })
    }
  }
  return {
    key: 'crontab',
    name: 'crontab',
    read,
    async write(text, expected) {
      if ((await read()) !== expected)
        throw new UserError('the crontab was changed by somebody else just now', 'run the same command again')
      // cron takes no last line without an end.
      const whole = text === undefined || text === '' || text.endsWith('\n') ? text : `${text}\n`
      const ran = await (whole === undefined ? run('crontab', ['-r']) : install(whole))
      if (ran.code !== 0) throw refusal(ran, 'write')
    },
    tidy: () => rmSync(file, { force: true }),
  }
}

/** Debian's, cronie's and macOS' word; Busybox names the file that it cannot open. */
function hasNone({ stderr }: Ran): boolean {
  return /no crontab for|can't open .*: No such file/i.test(stderr)
}

/** Texts are kept to the byte, and what programs print comes here as UTF-8. */
function checked(text: string): string {
  if (text.includes('\ufffd'))
    throw new UserError('the crontab is not UTF-8 text', 'correct it (crontab -e); nothing was changed')
  return text
}

function refusal(ran: Ran, what: 'read' | 'write'): UserError {
  if (ran.why === 'ENOENT')
    return new UserError(
      'there is no crontab command here',
      'install cron, or: csl background enable systemd',
    )
  return new UserError(
    `cannot ${what} the crontab: ${failureText(ran)}`,
    'the crontab is as it was; ask who runs this machine, or: csl background enable systemd',
  )
}
