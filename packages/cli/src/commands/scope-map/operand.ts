import type { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { withOrganization } from '../../organization-option.ts'
import type { OrganizationOptions } from '../../session.ts'

export type Named = OrganizationOptions & { readonly name?: string }

/** A scope map is named by an operand, or as az does it, by `--name`. */
export function withScopeMap(command: Command): Command {
  return withOrganization(command)
    .argument('[name]')
    .option('-n, --name <name>', 'the scope map, as az says it')
}

/** @throws CliError when it is named by neither */
export function wantedScopeMap(options: Named, operand: string | undefined): string {
  const name = operand ?? options.name
  if (name === undefined) throw new CliError('usage', 'which scope map?', 'say its name')
  return name
}
