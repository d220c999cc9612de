/**
 * Other people's text (titles, transcripts, shared notes) made safe for a terminal. A raw escape sequence in
 * it could move the cursor, change the window title or write the clipboard.
 */

// One pass, and every alternative begins with a character that no loop inside another one may cross, so the
// time is linear in the length. A control string without an end takes the rest of its line, as no terminal
// would have shown it; the order of alternatives matters (`ESC ]` is also a two-character escape).
const controls = new RegExp(
  [
    // OSC, DCS, APC, PM, SOS: ended by BEL or ST, broken off by CAN, SUB, ESC or any C1.
    /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x18\x1a\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)|[^\n\r\x07\x18\x1a\x1b\x80-\x9f]*)/,
    // CSI: parameters, intermediates, final.
    /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?/,
    // Any other escape.
    /\x1b[ -/]*[0-~]?/,
    // C0 but the white space, C1, bidi controls, the byte order mark.
    /[\0-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/,
  ]
    .map(part => part.source)
    .join('|'),
  'g',
)

/**
 * Drops escape sequences, control characters and bidi controls; lone surrogates become U+FFFD. White space
 * stays as it is, line ends and tabs included: for text that must keep its shape.
 */
export function dropControls(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replace(controls, '')
}

/** Makes text safe for one line of a terminal: as `dropControls`, runs of white space are one blank, trimmed. */
export function cleanText(text: string): string {
  return plainLine.test(text) ? text : oneLine(dropControls(text))
}

/** Words of the most common scripts with a blank between them: nothing in them is dropped. */
const plainLine =
  /^[!-~\u00a1-\u05ff\u0620-\u167f\u3001-\ud7ff]+(?: [!-~\u00a1-\u05ff\u0620-\u167f\u3001-\ud7ff]+)*$/

/** As `cleanText`, but LF stays a line end (CRLF becomes LF). Empty lines at either end are dropped. */
export function cleanLines(text: string): string {
  return dropControls(text).split('\n').map(oneLine).join('\n').trim()
}

/** Control characters that JSON allows but a terminal would obey, as `\u…`: the data stays the same. */
export function escapeControls(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    control => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
