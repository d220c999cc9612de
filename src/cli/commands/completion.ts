import type { Command } from 'commander'
import { UsageError } from '../../base/errors.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { readSpecs, shells } from '../completion/spec.ts'
import { zshScript } from '../completion/zsh.ts'

const programs = ['csl', 'claude-session-logger']
const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Prints the script that teaches a shell all commands and options. */
export function completionCommand(program: Command, name: string): void {
  const shell = shells.find(known => known === name)
  if (!shell) throw new UsageError(`no script for '${name}'`, `there is one for ${shells.join(', ')}`)
  process.stdout.write(scripts[shell](readSpecs(program), programs))
}
