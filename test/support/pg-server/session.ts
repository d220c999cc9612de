import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FaultPlan, failing, type Trouble, textOf } from '../faults.ts'
import { type PrimaryKeys, withPrimaryKeys } from '../primary-keys.ts'
import type { Answer, Backend } from './database.ts'
import { createReader, type FrontendMessage, fieldsOf, backend as say, startupOf } from './protocol.ts'

export interface SessionOptions {
  readonly plan: FaultPlan
  readonly password: string
  readonly primaryKeys: PrimaryKeys | undefined
  readonly open: () => Promise<Backend>
  /** The databases there are; null: whichever is asked for. */
  readonly databases: Set<string> | null
}

interface Portal {
  readonly sql: string
  readonly parameters: readonly (string | null)[]
  isDescribed: boolean
}

class ProtocolError extends Error {
  readonly sqlState: string
  constructor(sqlState: string, text: string) {
    super(text)
    this.sqlState = sqlState
  }
}

/** Serves one client, message after message. */
export function serve(
  socket: Socket,
  { plan, password, primaryKeys, open, databases }: SessionOptions,
): void {
  const read = createReader()
  const statements = new Map<string, string>()
  const portals = new Map<string, Portal>()
  let backend: Backend | undefined
  let database = ''
  let isSkipping = false // after an error, up to the next Sync
  let queue: Promise<void> = Promise.resolve()

  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('close', () => void backend?.close())
  socket.on('data', chunk => {
    for (const message of read(chunk)) {
      queue = queue.then(async () => {
        if (!socket.destroyed) await handle(message).catch(report)
      })
    }
  })

  function send(...messages: readonly Buffer[]): void {
    if (!socket.destroyed) socket.write(Buffer.concat(messages))
  }

  function report(error: unknown): void {
    isSkipping = true
    const text = error instanceof Error ? error.message : String(error)
    // All of the engine's errors have one code, so that it is their text that tells them apart.
    send(say.error(text, error instanceof ProtocolError ? error.sqlState : 'XX000'))
  }

  async function handle({ type, body }: FrontendMessage): Promise<void> {
    if (isSkipping && !'SX'.includes(type)) return
    if (!backend && !'pX'.includes(type)) throw new ProtocolError('28000', 'not logged in')
    const fields = fieldsOf(body)
    switch (type) {
      case '':
        return start(body)
      case 'p':
        return login(fields.text())
      case 'Q':
        return simple(fields.text())
      case 'P': {
        const name = fields.text()
        statements.set(name, fields.text())
        return send(say.parsed())
      }
      case 'B':
        return bind(fields)
      case 'D':
        return describe(fields.letter(), fields.text())
      case 'E':
        return execute(portalOf(fields.text()))
      case 'C':
        ;(fields.letter() === 'S' ? statements : portals).delete(fields.text())
        return send(say.closed())
      case 'S':
        isSkipping = false
        return send(say.ready(backend?.status() ?? 'I'))
      case 'H':
        return
      case 'X':
        socket.end()
        return
      default:
        throw new ProtocolError('08P01', `there is no message ${type}`)
    }
  }

  function start(body: Buffer): void {
    const wish = startupOf(body)
    if (wish === 'ssl') socket.write('N')
    else if (wish === 'start') {
      database = /\0database\0([^\0]*)/.exec(body.toString('utf8'))?.[1] ?? ''
      send(say.askPassword())
    } else socket.destroy()
  }

  async function login(given: string): Promise<void> {
    if (plan.login() || given !== password) {
      send(say.error('Your request is not authenticated. Please check your MotherDuck token.', '28P01'))
      socket.end()
      return
    }
    if (databases && database !== 'md:' && !databases.has(database)) {
      const text = `Failed to attach '${database}': no database/share named '${database}' found`
      send(say.error(text, 'XX000'))
      socket.end()
      return
    }
    backend = await open()
    send(say.welcome(), say.ready('I'))
  }

  async function simple(sql: string): Promise<void> {
    try {
      const answer = await answered(sql, [])
      if (answer) send(...(answer.columns ? [say.columns(answer.columns)] : []), ...rest(answer))
    } catch (error) {
      report(error)
      isSkipping = false
    }
    send(say.ready(backend?.status() ?? 'I'))
  }

  function bind(fields: ReturnType<typeof fieldsOf>): void {
    const portal = fields.text()
    const sql = statements.get(fields.text())
    if (sql === undefined) throw new ProtocolError('26000', 'there is no such statement')
    for (let formats = fields.int16(); formats > 0; formats--)
      if (fields.int16() !== 0) throw new ProtocolError('0A000', 'parameters can only be text here')
    const parameters = Array.from({ length: fields.int16() }, () => fields.value())
    portals.set(portal, { sql, parameters, isDescribed: false })
    send(say.bound())
  }

  function describe(kind: string, name: string): void {
    if (kind !== 'P') throw new ProtocolError('0A000', 'only portals can be described here')
    portalOf(name).isDescribed = true
  }

  async function execute(portal: Portal): Promise<void> {
    const answer = await answered(portal.sql, portal.parameters)
    if (!answer) return
    // The reply to Describe, of which nothing was known before: nothing was sent since, so it is in its place.
    const described = answer.columns ? say.columns(answer.columns) : say.noData()
    send(...(portal.isDescribed ? [described] : []), ...rest(answer))
  }

  function portalOf(name: string): Portal {
    const portal = portals.get(name)
    if (!portal) throw new ProtocolError('34000', 'there is no such portal')
    return portal
  }

  /** The answer of the engine, or undefined where the client gets none. */
  async function answered(sql: string, parameters: readonly (string | null)[]): Promise<Answer | undefined> {
    if (!backend) throw new ProtocolError('28000', 'not logged in')
    const trouble = plan.statement()
    if (trouble?.do === 'delay') await sleep(trouble.ms)
    if (trouble?.do === 'stall') await new Promise(() => undefined)
    if (trouble?.do === 'reset before') return reset()
    if (trouble?.do === 'error' || trouble?.do === 'full') {
      // The transaction it is in must fail with it.
      await backend.run(failing, []).catch(() => undefined)
      throw plannedError(trouble)
    }
    const made = /^CREATE DATABASE IF NOT EXISTS "(.*)"$/.exec(sql)?.[1]
    if (made !== undefined) {
      databases?.add(made)
      return { columns: null, rows: [], tag: 'CREATE DATABASE' }
    }
    const answer = await backend.run(withPrimaryKeys(sql, primaryKeys), parameters)
    if (trouble?.do === 'reset after') return reset()
    if (trouble?.do === 'error after') throw plannedError(trouble)
    return answer
  }

  function reset(): undefined {
    socket.resetAndDestroy()
    return undefined
  }
}

function plannedError(trouble: Trouble): ProtocolError {
  return new ProtocolError('sqlState' in trouble ? (trouble.sqlState ?? 'XX000') : 'XX000', textOf(trouble))
}

function rest(answer: Answer): Buffer[] {
  return [...answer.rows.map(say.row), say.complete(answer.tag)]
}
