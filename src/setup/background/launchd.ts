import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { agentLabel } from '../../base/launch-agent.ts'
import { failureText } from '../../base/process.ts'
import { type Graft, planAddition, planRemoval } from '../add-text.ts'
import type { SetupPlace } from '../setup-place.ts'
import type { Step } from '../step.ts'
import { textFile } from '../text-file.ts'
import { asOneStep, type Job, type JobState, troubleFrom } from './job.ts'
import { agentText, isOurAgent } from './launch-agent.ts'
import { planOlderAgentOff, planOlderAgentOn } from './older-agent.ts'

/** launchd may still be taking the one before away (`bootout` does not wait for its end). */
const tries = 5
const pauseMs = 400

/** An agent of the person's launchd. */
export function launchdJob(place: SetupPlace): Job {
  const { paths } = place
  const file = textFile(path.join(place.userHome, 'Library/LaunchAgents', `${agentLabel}.plist`), 0o644)
  const graft: Graft = {
    part: 'background',
    place: file,
    add(text) {
      if (text !== undefined && !isOurAgent(text))
        throw new UserError(`${file.name} is not ours`, 'move it away, then run the same command again')
      return agentText(paths.hookShim)
    },
    remove: text => (isOurAgent(text) ? undefined : text),
  }
  const domain = `gui/${process.getuid?.() ?? ''}`
  const launchctl = (...args: string[]) => place.run('launchctl', args)
  const isLoaded = async () => (await launchctl('print', `${domain}/${agentLabel}`)).code === 0
  const stop = () => launchctl('bootout', `${domain}/${agentLabel}`)

  async function start(): Promise<void> {
    await stop()
    // A person can have switched the label off; that stands apart from the file.
    const { stdout } = await launchctl('print-disabled', domain)
    if (new RegExp(`"${agentLabel}" => (disabled|true)`).test(stdout))
      await launchctl('enable', `${domain}/${agentLabel}`)
    for (let i = 1; ; i++) {
      const ran = await launchctl('bootstrap', domain, file.name)
      if (ran.code === 0) return
      if (i === tries)
        throw new UserError(
          `launchd did not take the agent: ${failureText(ran)}`,
          'it is taken at your next login; or, logged in at the screen: csl background enable',
        )
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }

  async function planOut(): Promise<Step[]> {
    const plist = await planRemoval(paths.setupRecord, graft, { title: file.name })
    if (!plist && !(await isLoaded())) return []
    const unload: Step = {
      part: 'background',
      title: agentLabel,
      async run() {
        await stop()
      },
    }
    return asOneStep([unload, plist], { title: `the agent of launchd (${file.name})` })
  }

  return {
    async planAddition() {
      const plist = await planAddition(paths.setupRecord, graft, { title: file.name })
      const isRunning = plist === undefined && (await isLoaded())
      const load: Step | undefined = isRunning
        ? undefined
        : { part: 'background', title: agentLabel, run: start }
      const title = `an agent of launchd: a sync every 15 minutes (${file.name})`
      return [...planOlderAgentOff(place, domain), ...asOneStep([plist, load], { title })]
    },

    async planAbsence() {
      return [...planOlderAgentOff(place, domain), ...(await planOut())]
    },

    async planRemoval() {
      return [...(await planOut()), ...planOlderAgentOn(place, domain)]
    },

    async read() {
      const state: JobState = {
        kind: 'launchd',
        where: file.name,
        isInstalled: false,
        isCurrent: false,
        isLoaded: false,
        trouble: null,
        nextAt: null,
      }
      try {
        const text = await file.read()
        if (text === undefined || !isOurAgent(text)) return state
        const isHere = await isLoaded()
        return {
          ...state,
          isInstalled: true,
          isCurrent: text === agentText(paths.hookShim),
          isLoaded: isHere,
          trouble: isHere
            ? null
            : { message: 'launchd does not know the agent', hint: 'run: csl background enable' },
        }
      } catch (error) {
        return { ...state, trouble: troubleFrom(error) }
      }
    },
  }
}
