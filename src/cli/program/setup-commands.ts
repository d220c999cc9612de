import type { Command } from 'commander'
import type { Context } from '../context.ts'

/** Setting up and taking down. */
export function addSetupCommands(program: Command, context: Context): void {
  program.commandsGroup('Setting up:')
  program
    .command('setup')
    .description('set everything up, so that sessions log themselves; says first what it does, and asks')
    .option('--yes', 'do not ask; says yes to everything but to a remote and to deleting data')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--label <text>', 'what this machine is called, on other machines too')
    .option('--no-hooks', 'leave the settings of Claude Code alone')
    .option('--background <kind>', 'what starts a sync now and then: launchd, cron, systemd or none')
    .option('--no-background', 'start none; the same as --background none')
    .option('--no-token', 'do not ask for a MotherDuck token')
    .option('--command <name>', 'install a short command beside csl: logger')
    .option('--uninstall', 'take out what setup added; then ask about the data')
    .option('--delete-data', 'with --uninstall: delete the data, too')
    .action(async (options: object) => (await import('../commands/setup.ts')).setupCommand(context, options))
}
