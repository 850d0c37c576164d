import { Command } from 'commander'
import type { Io } from '../../io.ts'
import { azureSetupCommand } from './setup.ts'

export function azureCommand(io: Io): Command {
  return new Command('azure')
    .description('Azure’s own tools on this server: setup')
    .addCommand(azureSetupCommand(io))
}
