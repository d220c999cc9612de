/**
 * Which of several writers' facts speak for a session: those that saw anything of it, then those of transcripts before
 * totals of the older tool, then the reading with the most lines. An empty transcript takes nothing away.
 */
export const bestFactsFirst = 'started_at IS NULL, legacy, lines DESC, malformed_lines, writer_id'
