import { type HookCall, type HookOwner, type Installed, ownerOf } from './hook-command.ts'
import { itemsOf, keyOf, membersNamed, memberValue, type Node, type SettingsText } from './settings-text.ts'

/** A hook in a settings file, with all that it stands in. */
export interface HookEntry extends HookCall {
  readonly event: string
  readonly owner: HookOwner
  readonly hooksMember: Node
  readonly eventMember: Node
  readonly group: Node
  readonly entry: Node
}

/** Every hook that is one, in the file's order; what has another form is passed over. */
export function hookEntries({ root }: SettingsText, installed: Installed): HookEntry[] {
  return membersNamed(root, 'hooks').flatMap(hooksMember =>
    itemsOf(objectOf(memberValue(hooksMember))).flatMap(eventMember =>
      itemsOf(arrayOf(memberValue(eventMember))).flatMap(group =>
        entriesOf(group).flatMap(entry => {
          const call = callOf(entry)
          if (!call) return []
          const owner = ownerOf(call, installed)
          return [{ ...call, event: keyOf(eventMember), owner, hooksMember, eventMember, group, entry }]
        }),
      ),
    ),
  )
}

/** What there is to hold hooks. */
export interface HooksOutline {
  readonly hasHooks: boolean
  /** Events that have a list, empty or not. */
  readonly events: readonly string[]
}

export function hooksOutline({ root }: SettingsText): HooksOutline {
  const member = membersNamed(root, 'hooks').at(-1)
  return { hasHooks: member !== undefined, events: itemsOf(objectOf(memberValue(member))).map(keyOf) }
}

/** The hooks of a group, whatever they are. */
export function entriesOf(group: Node): readonly Node[] {
  return itemsOf(hookListOf(group))
}

export function hookListOf(group: Node): Node | undefined {
  return arrayOf(memberValue(membersNamed(group, 'hooks').at(-1)))
}

export function objectOf(node: Node | undefined): Node | undefined {
  return node?.type === 'object' ? node : undefined
}

export function arrayOf(node: Node | undefined): Node | undefined {
  return node?.type === 'array' ? node : undefined
}

/** The text that a member of an object holds. */
export function textOf(object: Node, name: string): string | undefined {
  const value = memberValue(membersNamed(object, name).at(-1))
  return value?.type === 'string' ? String(value.value) : undefined
}

function callOf(entry: Node): HookCall | undefined {
  const command = textOf(entry, 'command')
  if (command === undefined) return undefined
  const list = arrayOf(memberValue(membersNamed(entry, 'args').at(-1)))
  return { command, args: list && itemsOf(list).map(item => String(item.value)) }
}
