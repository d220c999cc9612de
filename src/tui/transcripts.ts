import path from 'node:path'
import type { Ask, TranscriptName } from '../features/sessions/locate-transcript.ts'
import type { Conversation } from '../transcripts/conversation.ts'
import { watchFolder } from './watch-folder.ts'

/** A screen reads so much before it first draws. */
export const firstBytes = 1 << 16

/** What the viewer asks. */
export interface TranscriptData {
  /** Opens one to be read; who asks closes it. Throws a UserError where there is none. */
  openTranscript(name: TranscriptName): Promise<Conversation>
  /** Tells when the file of an open one was changed, or is gone. Answers how to stop listening. */
  onTranscriptChange(conversation: Conversation, listener: () => void): () => void
  /** Saves it in the working directory. Answers where. */
  saveTranscript(conversation: Conversation, format: 'md' | 'json'): Promise<string>
}

/** The real answers; `ask` opens the database for a question. */
export function createTranscriptData(roots: readonly string[], ask: Ask): TranscriptData {
  return {
    async openTranscript(name) {
      const { openNamedTranscript } = await import('../features/sessions/locate-transcript.ts')
      const conversation = await openNamedTranscript(roots, name, ask)
      conversation.readOn(firstBytes)
      return conversation
    },
    onTranscriptChange(conversation, listener) {
      const { dir, base } = path.parse(conversation.file)
      return watchFolder(dir, name => name === base, listener)
    },
    async saveTranscript(conversation, format) {
      const { saveConversation } = await import('../transcripts/export/save.ts')
      return saveConversation(conversation, format, process.cwd())
    },
  }
}
