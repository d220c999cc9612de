import type { ZoneClock } from '../../../base/time.ts'
import type { CalendarSpan } from '../../../features/usage/calendar-span.ts'
import { type UsageOverview, usageOverview } from '../../../features/usage/overview.ts'
import { addSums } from '../../../features/usage/sums.ts'
import { StoreMissingError } from '../../../store/open.ts'
import type { Db } from '../../../store/query.ts'
import type { StoreDoor } from '../../store-door.ts'
import { type Breakdown, breakdowns } from './state.ts'

/** Which time, and by what besides models. */
export interface UsageQuestion {
  readonly span: CalendarSpan
  readonly by: Breakdown
}

/** Answers what was used, and knows it until something has changed. */
export interface UsageReader {
  /** What was used in a span. Where nothing was ever recorded, that is nothing. */
  read(question: UsageQuestion): Promise<UsageOverview>
  /** Something has changed. */
  forget(): void
}

/** Then it is asked anew: not every folder can be watched. */
const knownMs = 60_000

/**
 * Asks the database. When somebody comes to a span or to other bars, the other bars of that span are read behind the screen:
 * they are a key away.
 */
export function createUsageReader(door: Pick<StoreDoor, 'ask'>, clock: ZoneClock): UsageReader {
  let known = new Map<string, UsageOverview>()
  let knownSince = performance.now()
  let asked: UsageQuestion | undefined

  const forget = () => {
    known = new Map()
    knownSince = performance.now()
  }
  const readFrom = async (db: Db, { span, by }: UsageQuestion, answers: typeof known) => {
    const others = breakdowns.map(other => answers.get(nameOf({ span, by: other })))
    const overview = await usageOverview(db, { span, by, clock, known: others.find(Boolean) })
    answers.set(nameOf({ span, by }), overview)
    return overview
  }
  const readOthers = (question: UsageQuestion, answers: typeof known) => {
    const others = breakdowns.map(by => ({ ...question, by })).filter(other => !answers.has(nameOf(other)))
    if (others.length === 0) return
    const reading = door.ask(async db => {
      for (const other of others) {
        // Whoever has gone on waits for no more than one of them.
        if (asked !== question || answers !== known) return
        await readFrom(db, other, answers)
      }
    })
    reading.catch(() => undefined)
  }
  return {
    async read(question) {
      const isSame = asked !== undefined && nameOf(asked) === nameOf(question)
      asked = question
      if (performance.now() - knownSince > knownMs) forget()
      const answers = known
      try {
        const overview =
          answers.get(nameOf(question)) ?? (await door.ask(db => readFrom(db, question, answers)))
        if (!isSame) readOthers(question, answers)
        return overview
      } catch (error) {
        if (!(error instanceof StoreMissingError)) throw error
        const totals = addSums([], 0)
        return { series: [], totals, breakdown: { kind: 'component', rows: [], totals } }
      }
    },
    forget,
  }
}

function nameOf({ span, by }: UsageQuestion): string {
  return `${span.kind} ${span.startMs} ${by}`
}
