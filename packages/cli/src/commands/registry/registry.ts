import { Command } from 'commander'
import { registryLoginCommand } from './login.ts'
import type { Io } from '../../io.ts'

export function registryCommand(io: Io): Command {
  return new Command('registry')
    .description('An organization as the registry that container clients log in to: login')
    .addCommand(registryLoginCommand(io))
}
