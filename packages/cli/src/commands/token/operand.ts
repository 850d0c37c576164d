import type { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { withOrganization } from '../../organization-option.ts'
import type { OrganizationOptions } from '../../session.ts'

export type Named = OrganizationOptions & { readonly name?: string }

/** A token is named by an operand, or as az does it, by `--name`. */
export function withToken(command: Command): Command {
  return withOrganization(command)
    .argument('[token]', 'its name, label or id')
    .option('-n, --name <name>', 'the token, as az says it')
}

/** @throws CliError when it is named by neither */
export function wantedToken(options: Named, operand: string | undefined): string {
  const wanted = operand ?? options.name
  if (wanted === undefined) throw new CliError('usage', 'which token?', 'say its name, label or id')
  return wanted
}
