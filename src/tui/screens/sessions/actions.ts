import { cleanText } from '../../../base/clean-text.ts'
import { isTag } from '../../../features/entries/entry.ts'
import type { Mark } from '../../../features/sessions/marks.ts'
import { resumeLine, resumeText } from '../../../features/sessions/resume.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import type { ScreenProps } from '../../screen.ts'
import type { TranscriptToRead } from '../viewer/screen.tsx'
import type { BookRow } from './book.ts'
import { type Action, listKeys, searchKeys } from './keys.ts'
import type { Pending, Prompt, SessionsEvent, SessionsState } from './state.ts'

/** What carrying out an action may need. */
export interface Stage extends Pick<ScreenProps, 'data' | 'onBack' | 'onOpen' | 'onWish'> {
  readonly state: SessionsState
  /** The state by now, as answers take a while. */
  readonly latest: () => SessionsState
  /** The row the cursor was on, if there is one. */
  readonly row: BookRow | undefined
  /** The selected sessions that are listed, else the one under the cursor. */
  readonly ids: readonly string[]
  /** Whether they are selected. */
  readonly areSelected: boolean
  /** All that the list shows, in its order. */
  readonly listed: () => readonly TranscriptToRead[]
  readonly rowOf: (id: string) => BookRow | undefined
  /** How a session is opened in the viewer. */
  readonly reading: (row: BookRow) => TranscriptToRead
  readonly dispatch: (event: SessionsEvent) => void
  readonly reload: () => void
}

/** Carries out what a key asked for. */
export function act(pending: Pending, stage: Stage): void {
  const { action, prompt } = pending
  if (action === 'answer' || action === 'erase') {
    if (prompt && action === 'erase') planErasing(prompt, stage)
    else if (prompt) answers[prompt.kind](prompt, stage)
  } else if (action === 'resume') resume(pending, stage)
  else actions[action](stage)
}

const actions: Readonly<Record<Exclude<Action, 'answer' | 'erase' | 'resume'>, (stage: Stage) => void>> = {
  back: ({ onBack }) => onBack(),
  help: ({ onOpen }) => onOpen({ screen: 'help', sections: help }),
  open({ areSelected, ids, row, listed, reading, rowOf, onOpen }) {
    // Of one alone the viewer leads on to its neighbours in the list.
    const isOne = !areSelected && row !== undefined
    const transcripts = isOne ? listed() : ids.flatMap(id => rowOf(id) ?? []).map(reading)
    const at = isOne
      ? Math.max(
          0,
          transcripts.findIndex(({ sessionId }) => sessionId === row.id),
        )
      : 0
    if (transcripts.length > 0) onOpen({ screen: 'viewer', transcripts, at })
  },
  select({ row, dispatch }) {
    if (row) dispatch({ type: 'selected', id: row.id })
  },
  star(stage) {
    const areStarred = stage.ids.every(id => stage.rowOf(id)?.isStarred)
    keep(stage, stage.ids, [{ kind: 'star', value: String(!areStarred) }])
  },
  tag: stage => ask(stage, { kind: 'tag', ids: stage.ids, text: '' }),
  rename(stage) {
    const { row } = stage
    if (row) ask(stage, { kind: 'name', ids: [row.id], text: cleanText(row.title ?? '') })
  },
  delete: stage => ask(stage, { kind: 'delete', ids: stage.ids, text: '' }),
  undo(stage) {
    const { deleted } = stage.state
    if (deleted.length === 0) tell(stage, 'nothing was deleted here')
    else
      keep(stage, deleted, [{ kind: 'deleted', value: 'false' }], {
        what: 'brought back',
        event: { type: 'brought back', ids: deleted },
      })
  },
  copy(stage) {
    const line = stage.row && resumeLine(stage.row)
    if (line) stage.data.copy(resumeText(line))
    tell(stage, line ? `copied: ${resumeText(line)}` : 'this session has no command to resume it')
  },
}

const help = [
  { title: 'Keys in the list', table: listKeys },
  { title: 'Keys in the search line', table: searchKeys },
]

const answers: Readonly<Record<Prompt['kind'], (prompt: Prompt, stage: Stage) => void>> = {
  name: ({ ids, text }, stage) => keep(stage, ids, [{ kind: 'name', value: text.trim() }]),
  delete({ ids }, stage) {
    keep(stage, ids, [{ kind: 'deleted', value: 'true' }], {
      what: 'deleted; u brings back',
      event: { type: 'deleted', ids },
    })
  },
  erase({ ids, doomed = [] }, stage) {
    stage.data.sessions.erase(ids, doomed).then(
      notice => {
        const what =
          ids.length === 1 ? 'the session and its transcript are' : 'the sessions and transcripts are'
        tell(stage, notice ?? `${what} deleted; u brings back what was recorded`)
        stage.dispatch({ type: 'deleted', ids })
        stage.reload()
      },
      (error: unknown) => tell(stage, troubleText(error)),
    )
  },
  tag({ ids, text }, stage) {
    const words = text.split(/[\s,]+/).filter(word => word !== '')
    const wrong = words.find(word => !isTag(word.replace(/^-/, '')))
    if (wrong === undefined) keep(stage, ids, words.map(tagMark))
    else tell(stage, `not a tag: ${wrong}`)
  },
}

function tagMark(word: string): Mark {
  return word.startsWith('-') ? { kind: 'untag', value: word.slice(1) } : { kind: 'tag', value: word }
}

function ask({ dispatch }: Stage, prompt: Prompt): void {
  if (prompt.ids.length > 0) dispatch({ type: 'asked', prompt })
}

function tell({ dispatch }: Stage, notice: string | undefined): void {
  dispatch({ type: 'told', notice })
}

/** Looks at what is to be removed, which is asked then: nothing brings a file back. */
function planErasing(prompt: Prompt, stage: Stage): void {
  const end = (trouble: string) => {
    stage.dispatch({ type: 'planned', prompt, doomed: [] })
    tell(stage, trouble)
  }
  stage.data.sessions.planErasing(prompt.ids).then(
    doomed => {
      if (doomed.length > 0) stage.dispatch({ type: 'planned', prompt, doomed })
      else end('there is no transcript here that could be deleted; x, then y, takes it out of the lists')
    },
    (error: unknown) => end(troubleText(error)),
  )
}

/** Only a session that can go on ends the program, and only while nothing else was asked for. */
function resume(pending: Pending, stage: Stage): void {
  const { row, data, onWish, latest } = stage
  if (!row) return
  const answer = (why: string | undefined) => {
    if (latest().awaited !== pending) return
    if (why === undefined) onWish({ kind: 'resume', sessionId: row.id })
    else tell(stage, why)
  }
  data.sessions.whyNotResume(row).then(answer, (error: unknown) => answer(troubleText(error)))
}

/** What is told and noted once something was kept. */
interface Done {
  readonly what: string
  readonly event: SessionsEvent
}

function keep(stage: Stage, ids: readonly string[], marks: readonly Mark[], done?: Done): void {
  if (ids.length === 0 || marks.length === 0) return
  stage.data.sessions.mark(ids, marks).then(
    notice => {
      const told =
        done && `${ids.length === 1 ? 'the session is' : `${ids.length} sessions are`} ${done.what}`
      if (done) stage.dispatch(done.event)
      tell(stage, notice ?? told)
      stage.reload()
    },
    (error: unknown) => tell(stage, troubleText(error)),
  )
}
