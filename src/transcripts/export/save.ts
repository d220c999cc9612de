import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../../base/errors.ts'
import type { Conversation } from '../conversation.ts'
import { jsonOf } from './json.ts'
import { markdownOf } from './markdown.ts'

/** How long other work waits for its turn. */
const sliceMs = 8

/** Writes a conversation into a new file of the folder, never over one that is there. Answers its path. */
export async function saveConversation(
  conversation: Conversation,
  format: 'md' | 'json',
  folder: string,
): Promise<string> {
  const { sessionId, agentId } = conversation
  const id = (agentId ?? sessionId).replace(/[^\w-]+/g, '_').slice(0, 60)
  const { file, descriptor } = await newFile(folder, `transcript-${id}`, format)
  const stream = createWriteStream(file, { fd: descriptor })
  let pausedAt = performance.now()
  for (const piece of format === 'md' ? markdownOf(conversation) : jsonOf(conversation)) {
    if (!stream.write(piece)) await once(stream, 'drain')
    if (performance.now() - pausedAt < sliceMs) continue
    await new Promise(resolve => setImmediate(resolve))
    pausedAt = performance.now()
  }
  stream.end()
  await once(stream, 'close')
  return file
}

async function newFile(folder: string, name: string, ending: string) {
  for (let number = 1; ; number++) {
    const file = path.join(folder, `${name}${number === 1 ? '' : `-${number}`}.${ending}`)
    try {
      return { file, descriptor: await open(file, 'wx', 0o600) }
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}
