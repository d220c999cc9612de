import fc from 'fast-check'
import { writeJson } from './json-writer.ts'
import { assistantLine, userLine, uuidOf } from './lines.ts'
import { styles, text, word } from './search-words.ts'

const sessionId = uuidOf(77)
const base64 = fc.base64String({ minLength: 8, maxLength: 200 })

/** What a person said; and what stands in such a line that nobody reads. */
const prompt = fc
  .tuple(text, word)
  .map(([said, slug]) => userLine(sessionId, said, { slug, cwd: `/home/${slug}` }))

const typed = fc
  .tuple(word, text)
  .map(([name, args]) =>
    userLine(
      sessionId,
      `<command-message>${name}</command-message>\n<command-name>${name}</command-name>\n<command-args>${args}</command-args>`,
    ),
  )

const shell = text.map(line => userLine(sessionId, `<bash-input>${line}</bash-input>`))

const picture = base64.map(data => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data },
}))

const withPicture = fc
  .tuple(text, picture)
  .map(([said, image]) =>
    userLine(sessionId, '', { message: { role: 'user', content: [image, { type: 'text', text: said }] } }),
  )

const replyBlock = fc.oneof(
  text.map(said => ({ type: 'text', text: said })),
  fc.tuple(text, base64).map(([thinking, signature]) => ({ type: 'thinking', thinking, signature })),
  base64.map(data => ({ type: 'redacted_thinking', data })),
  fc
    .tuple(
      word,
      fc.dictionary(
        word,
        fc.oneof(text, fc.array(text), fc.record({ id: text, deep: fc.array(text) }), fc.double()),
      ),
      fc.uuid(),
    )
    .map(([name, input, id]) => ({ type: 'tool_use', id: `toolu_${name}_${id}`, name, input })),
  fc.tuple(text, base64).map(([title, encrypted_content]) => ({
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', title, encrypted_content }],
  })),
)

const reply = fc
  .array(replyBlock, { maxLength: 3 })
  .map(content => assistantLine(sessionId, { content: content as object[] }))

const resultContent = fc.oneof(
  text,
  fc.array(
    fc.oneof(
      text.map(said => ({ type: 'text', text: said })),
      picture,
    ),
    { maxLength: 3 },
  ),
  fc.constant(undefined),
)

const result = fc.tuple(resultContent, word).map(([content, copy]) =>
  userLine(sessionId, '', {
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${copy}`, content }] },
    toolUseResult: { stdout: copy },
  }),
)

/** Lines of which nobody reads a word. */
const unread = fc.oneof(
  text.map(said => ({ type: 'progress', uuid: uuidOf(1), data: { type: 'hook_progress', command: said } })),
  text.map(said => ({ type: 'file-history-snapshot', snapshot: { [said]: said } })),
  text.map(said => ({ type: 'attachment', attachment: { type: 'hook_success', stdout: said } })),
  text.map(said => ({ type: 'user', message: said })),
)

const otherRead = fc.oneof(
  text.map(summary => ({ type: 'summary', summary, leafUuid: uuidOf(2) })),
  text.map(content => ({ type: 'system', subtype: 'informational', content, uuid: uuidOf(3) })),
  text.map(said => ({
    type: 'attachment',
    attachment: { type: 'queued_command', commandMode: 'prompt', prompt: said },
  })),
)

/** A line, before it is written. */
export const hostileLine: fc.Arbitrary<object> = fc.oneof(
  prompt,
  typed,
  shell,
  withPicture,
  reply,
  reply,
  result,
  unread,
  otherRead,
)
const nothing = fc.constantFrom(
  '',
  '   ',
  '[1,2]',
  '{"type":"user","message":{"content":"orchard',
  '\0\0\0',
  'null',
  '{}{}',
)
/** What makes lines longer than what is read at once; the texts stand at any place of them. */
const padding = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(6000) })

const line = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(hostileLine, styles, padding).map(([value, styleOf, letters]) => {
      const pad = letters === 0 ? {} : { pad: 'x'.repeat(letters) }
      return writeJson({ ...pad, ...value }, styleOf)
    }),
  },
  { weight: 1, arbitrary: nothing },
)

/** A byte that is no UTF-8, among bytes written as characters. */
const broken = '\xff'

/** A transcript that has everything a file can have; its bytes as Latin-1. */
export const hostileTranscript: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.boolean(),
    fc.nat(400),
  )
  .map(([lines, ending, hasMark, isTorn, from]) => {
    const whole = `${hasMark ? '\ufeff' : ''}${lines.join(ending)}${isTorn ? '' : ending}`
    const bytes = Buffer.from(whole).toString('latin1')
    const at = bytes.indexOf('pear', from)
    return at === -1 ? bytes : bytes.slice(0, at) + broken + bytes.slice(at)
  })
