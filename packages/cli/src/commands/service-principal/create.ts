import { Command, Option } from 'commander'
import type { ServicePrincipal } from '@wharden/api'
import { examples } from '../../help.ts'
import { parseExpiry } from '../../input/duration.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { printIssued } from './view.ts'

type Options = OrganizationOptions & {
  readonly role: ServicePrincipal['role']
  readonly description?: string
  readonly expires?: string
  readonly address?: readonly string[]
}

const ABOUT = `
A service principal is what \`az login --service-principal\` and Azure's SDKs sign in as; docker and others log in with its
client id and secret. It is of one organization and reaches nothing else:
  contributor  everything with repositories, registry tokens and scope maps
  reader       pulls, lists and looks
The administration API and \`wharden login\` refuse it.`

export function servicePrincipalCreateCommand(io: Io): Command {
  return withOrganization(
    new Command('create').description('Create a service principal; its secret is shown this once'),
  )
    .argument('<name>', 'a name for people')
    .addOption(
      new Option('--role <role>', 'what it may').choices(['contributor', 'reader']).default('contributor'),
    )
    .option('--description <text>', 'what it is for')
    .option('--expires <when>', '30d, 12h, 4w, 2027-01-31 or never')
    .option('--address <network...>', 'only from these addresses or networks')
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        'wharden service-principal create pipeline --org myregistry --expires 365d',
        'wharden service-principal create dashboard --org myregistry --role reader --address 192.0.2.0/24',
        [
          'SECRET=$(wharden service-principal create ci --org myregistry --query secret -o tsv)',
          'in a script',
        ],
      ),
    )
    .action(
      action<Options>(io, async (session, options, name = '') => {
        const { role, description, expires, address } = options
        const { api } = await session.connect()
        const issued = await api.servicePrincipal.create({
          organization: organizationOf(options, io),
          name,
          role,
          ...(description === undefined ? {} : { description }),
          ...(expires === undefined ? {} : { expiresAt: parseExpiry(expires, io.now()) }),
          ...(address === undefined ? {} : { addresses: [...address] }),
        })
        await printIssued(session, issued)
      }),
    )
}
