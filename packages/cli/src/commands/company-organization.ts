import { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import { action } from '../session.ts'
import { ORGANIZATION_VIEW } from './organization-view.ts'

export function companyOrganizationCommand(io: Io): Command {
  return new Command('org')
    .description('Organizations of a company: add, list, remove')
    .addCommand(addCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
}

function addCommand(io: Io): Command {
  return new Command('add')
    .description('Put an organization into a company, whose owners manage it from then on')
    .argument('<company>')
    .argument('<organization>')
    .addHelpText('after', examples('wharden company org add holding myregistry'))
    .action(
      action(io, async (session, _options, company = '', organization = '') => {
        const { api } = await session.connect()
        await session.print(await api.company.addOrganization({ company, organization }), ORGANIZATION_VIEW)
      }),
    )
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description("List a company's organizations")
    .argument('<company>')
    .addHelpText('after', examples('wharden company org list holding'))
    .action(
      action(io, async (session, _options, company = '') => {
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.company.listOrganizations({ company, ...query })),
          ORGANIZATION_VIEW,
        )
      }),
    )
}

function removeCommand(io: Io): Command {
  return new Command('remove')
    .description('Take an organization out of a company')
    .argument('<company>')
    .argument('<organization>')
    .addHelpText('after', examples('wharden company org remove holding myregistry'))
    .action(
      action(io, async (session, _options, company = '', organization = '') => {
        const { api } = await session.connect()
        await api.company.removeOrganization({ company, organization })
        session.say(`\`${organization}\` no longer belongs to the company \`${company}\``)
      }),
    )
}
