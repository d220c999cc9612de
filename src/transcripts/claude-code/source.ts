import type { TranscriptSource } from '../source.ts'
import { findActiveSession } from './active.ts'
import {
  agentIdOf,
  findAgentTranscript,
  findTranscript,
  findTranscriptsStarting,
  listMainTranscripts,
  listSessionFiles,
  listTranscripts,
  tool,
} from './locate.ts'
import { readTranscript } from './parse.ts'
import { resumeSession } from './resume.ts'

/** Claude Code's transcripts, as a plug for the socket. */
export const claudeCode: TranscriptSource = {
  tool,
  list: listTranscripts,
  listSession: listSessionFiles,
  find: findTranscript,
  mains: listMainTranscripts,
  active: findActiveSession,
  read: readTranscript,
  findStarting: findTranscriptsStarting,
  findAgent: findAgentTranscript,
  agentOf: agentIdOf,
  // A hook only measures: what reads turns stays out of its way.
  converse: async file => (await import('./conversation.ts')).openConversation(file),
  readable: () => import('./readable.ts'),
  resume: resumeSession,
  isRunning: async (roots, sessionId) => (await import('./running.ts')).isRunning(roots, sessionId),
  listCompanions: async file => (await import('./session-folder.ts')).listCompanions(file),
}
