import { Command } from 'commander'
import type { ServicePrincipal } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import { confirm } from '../../input/secret.ts'
import { statusOption, type Status } from '../../input/status-option.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { servicePrincipalCreateCommand } from './create.ts'
import { findServicePrincipal } from './find.ts'
import { servicePrincipalRotateCommand } from './rotate.ts'
import { SERVICE_PRINCIPAL_VIEW } from './view.ts'

export function servicePrincipalCommand(io: Io): Command {
  return new Command('service-principal')
    .description('What Azure’s tools sign in as: create, list, show, update, rotate, delete')
    .addCommand(servicePrincipalCreateCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(servicePrincipalRotateCommand(io))
    .addCommand(deleteCommand(io))
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description("List an organization's service principals"))
    .addHelpText(
      'after',
      examples(
        'wharden service-principal list --org myregistry',
        'wharden service-principal list --org myregistry --query "[?lastUsed==null].name" -o tsv',
      ),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.servicePrincipal.list({ organization, ...query })),
          SERVICE_PRINCIPAL_VIEW,
        )
      }),
    )
}

function showCommand(io: Io): Command {
  return withOrganization(new Command('show').description('Show one service principal; never its secret'))
    .argument('<name>', 'its name or client id')
    .addHelpText('after', examples('wharden service-principal show pipeline --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await findServicePrincipal(api, organization, name), SERVICE_PRINCIPAL_VIEW)
      }),
    )
}

type UpdateOptions = OrganizationOptions & {
  readonly description?: string
  readonly status?: Status
  readonly address?: readonly string[]
}

function updateCommand(io: Io): Command {
  return withOrganization(
    new Command('update').description('Change a service principal; it bites at the next request'),
  )
    .argument('<name>', 'its name or client id')
    .option('--description <text>')
    .addOption(statusOption('a disabled one is refused, with all that it signed in to'))
    .option('--address <network...>', 'only from these addresses or networks; `any` for all')
    .addHelpText(
      'after',
      examples(
        'wharden service-principal update pipeline --org myregistry --status disabled',
        'wharden service-principal update pipeline --org myregistry --address 192.0.2.0/24',
      ),
    )
    .action(
      action<UpdateOptions>(io, async (session, options, name = '') => {
        const change = changeOf(options)
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const { id: servicePrincipal } = await findServicePrincipal(api, organization, name)
        const updated: ServicePrincipal = await api.servicePrincipal.update({
          organization,
          servicePrincipal,
          ...change,
        })
        await session.print(updated, SERVICE_PRINCIPAL_VIEW)
      }),
    )
}

/** Only what was said. @throws CliError where nothing was */
function changeOf({ description, status, address }: UpdateOptions) {
  const change = {
    ...(description === undefined ? {} : { description }),
    ...(status === undefined
      ? {}
      : { status: status === 'enabled' ? ('active' as const) : ('inactive' as const) }),
    ...(address === undefined ? {} : { addresses: address.filter((network) => network !== 'any') }),
  }
  if (Object.keys(change).length > 0) return change
  throw new CliError(
    'usage',
    'nothing to change',
    '`wharden service-principal update --help` shows what can be; for another role make another one',
  )
}

function deleteCommand(io: Io): Command {
  return withOrganization(
    new Command('delete').description('Delete a service principal; the next request with it is refused'),
  )
    .argument('<name>', 'its name or client id')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden service-principal delete pipeline --org myregistry --yes'))
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const { id: servicePrincipal, name: known } = await findServicePrincipal(api, organization, name)
        await confirm(
          io,
          options.yes,
          `delete the service principal \`${known}\`? whoever signed in with it is refused from then on; tokens it made stay`,
        )
        await api.servicePrincipal.delete({ organization, servicePrincipal })
        session.say(`the service principal \`${known}\` is deleted`)
      }),
    )
}
