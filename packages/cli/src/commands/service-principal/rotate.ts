import { Command } from 'commander'
import { examples } from '../../help.ts'
import { overlapOf, withOverlap, type Overlap } from '../../input/overlap.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { findServicePrincipal } from './find.ts'
import { printIssued } from './view.ts'

export function servicePrincipalRotateCommand(io: Io): Command {
  const command = withOrganization(
    new Command('rotate').description(
      'Give a service principal a new secret; the old one goes on for a while',
    ),
  ).argument('<name>', 'its name or client id')
  return withOverlap(command, '24h')
    .addHelpText(
      'after',
      examples('wharden service-principal rotate pipeline --org myregistry --overlap 2h', [
        'wharden service-principal rotate pipeline --org myregistry --overlap 0s',
        'the old secret, and every sign-in with it, ends at once',
      ]),
    )
    .action(
      action<OrganizationOptions & Overlap>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const { id: servicePrincipal } = await findServicePrincipal(api, organization, name)
        const overlap = overlapOf(options.overlap)
        await printIssued(
          session,
          await api.servicePrincipal.rotate({ organization, servicePrincipal, ...overlap }),
        )
      }),
    )
}
