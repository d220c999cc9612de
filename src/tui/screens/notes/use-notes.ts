import { useCallback } from 'react'
import { cleanText } from '../../../base/clean-text.ts'
import { errorText, UserError } from '../../../base/errors.ts'
import type { Said } from '../../../ingest/say.ts'
import { typedText } from '../../parts/line-editor.ts'
import { useHandOver } from '../../parts/terminal-modes.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { useAnswer } from '../../parts/use-answer.ts'
import { useLiveReducer } from '../../parts/use-live-reducer.ts'
import type { ScreenProps } from '../../screen.ts'
import { type Draft, draftProblem, draftWithBody, editSayings, fieldsOf } from './draft.ts'
import { filterOf, firstNotes, nextNotes } from './state.ts'

/** The state of the screen, what it asks for and what it says. */
export function useNotes({ data }: Pick<ScreenProps, 'data'>) {
  const { notes } = data
  const handOver = useHandOver()
  const [state, dispatch, latest] = useLiveReducer(nextNotes, firstNotes)
  const { category, status, search, saidCount, reading } = state
  const query = typedText(search)
  const readingId = reading?.id ?? null

  // What was said here counts as a question of its own: the answer is the newest at once.
  const list = useCallback(async () => {
    const filter = filterOf({ ...firstNotes, category, status, search: { before: query, after: '' } })
    return { saidCount, isDeleted: filter.isDeleted, entries: await notes.list(filter) }
  }, [notes, category, status, query, saidCount])
  const inbox = useCallback(async () => ({ saidCount, ...(await notes.inbox()) }), [notes, saidCount])
  const entry = useCallback(async () => {
    return { saidCount, id: readingId, found: readingId === null ? null : await notes.read(readingId) }
  }, [notes, readingId, saidCount])
  const answers = {
    list: useAnswer(data, list),
    inbox: useAnswer(data, inbox),
    entry: useAnswer(data, entry),
  }

  const tell = (what: 'draft' | 'other', saying: Promise<Said>, done: string) => {
    saying.then(
      said => dispatch({ type: 'said', what, message: saidText(done, said) }),
      (error: unknown) => dispatch({ type: 'failed', what, message: troubleText(error) }),
    )
  }
  const doing = {
    /** The text of an entry without its notes. */
    async textOf(id: string): Promise<string> {
      const found = await notes.read(id)
      if (!found) throw new UserError('there is no such entry any more')
      return found.detail.text
    },
    tellTrouble: (error: unknown) => dispatch({ type: 'failed', what: 'other', message: troubleText(error) }),
    keep(draft: Draft) {
      const problem = draftProblem(draft)
      if (draft.isSending) return
      if (problem !== undefined) return dispatch({ type: 'failed', what: 'draft', message: problem })
      const { purpose } = draft
      const fields = fieldsOf(draft)
      const sayings = purpose.kind === 'edit' ? editSayings(purpose.before, fields) : []
      if (purpose.kind === 'edit' && sayings.length === 0) {
        dispatch({ type: 'close' })
        return dispatch({ type: 'failed', what: 'other', message: 'nothing was changed' })
      }
      dispatch({ type: 'sending' })
      if (purpose.kind === 'new') tell('draft', notes.log(fields), `logged: ${fields.category}`)
      else if (purpose.kind === 'edit') tell('draft', notes.say(purpose.id, sayings), 'changed')
      else tell('draft', notes.say(purpose.id, [{ kind: 'note', value: fields.body }]), 'noted')
    },
    /** The person's own editor takes over the terminal for the text. */
    writeElsewhere(draft: Draft) {
      if (draft.isSending) return
      handOver(() => {
        const body = notes.writeElsewhere(typedText(draft.body))
        dispatch({ type: 'write', draft: draftWithBody(draft, body) })
      }).catch((error: unknown) => {
        dispatch({ type: 'failed', what: 'draft', message: troubleText(error) })
      })
    },
    setStatus(id: string, value: string) {
      dispatch({ type: 'close' })
      tell('other', notes.say(id, [{ kind: 'status', value }]), `now ${value}`)
    },
    remove(id: string) {
      dispatch({ type: 'close' })
      dispatch({ type: 'deleted', id })
      tell('other', notes.say(id, [{ kind: 'deleted', value: 'true' }]), 'deleted; u brings it back')
    },
    bringBack(id: string) {
      dispatch({ type: 'deleted', id: null })
      tell('other', notes.say(id, [{ kind: 'deleted', value: 'false' }]), 'brought back')
    },
    /** What others did and was shown here has been seen. */
    leaveInbox() {
      const shown = answers.inbox.value
      if (latest().view !== 'inbox' || !shown || shown.entries.length === 0) return
      notes.markSeen({ entries: shown.entries, upTo: shown.upTo }).then(
        () => dispatch({ type: 'said', what: 'other', message: 'the inbox is marked as seen' }),
        (error: unknown) => dispatch({ type: 'failed', what: 'other', message: troubleText(error) }),
      )
    },
  }
  return { state, dispatch, latest, answers, doing }
}

/** What the screen says, and has done. */
export type Doing = ReturnType<typeof useNotes>['doing']

/** What became of what was said, on one line. */
export function saidText(what: string, { redacted, pending }: Said): string {
  const secrets = redacted === 1 ? '1 secret' : `${redacted} secrets`
  return [
    what,
    ...(redacted > 0 ? [`${secrets} in it made unreadable`] : []),
    ...(pending === undefined
      ? []
      : [`kept; it appears when the database is free (${cleanText(errorText(pending))})`]),
  ].join(' · ')
}
