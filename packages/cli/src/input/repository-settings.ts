import type { Repository } from '@wharden/api'
import { Option, type Command } from 'commander'
import { withOrganization } from '../organization-option.ts'
import type { OrganizationOptions } from '../session.ts'

export type RepositorySettings = OrganizationOptions & {
  readonly description?: string
  readonly visibility?: Repository['visibility']
}

export function withSettings(command: Command): Command {
  return settingsOptions(withOrganization(command))
}

export function settingsOptions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--visibility <visibility>', 'who may pull').choices(['public', 'private']))
}

export function settingsOf({ description, visibility }: RepositorySettings) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
  }
}
