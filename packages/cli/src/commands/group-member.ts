import { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'
import { PERSON_VIEW } from './person-view.ts'

export function groupMemberCommand(io: Io): Command {
  return new Command('member')
    .description('Members of a group: add, list, remove')
    .addCommand(addCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
}

function addCommand(io: Io): Command {
  return withOrganization(new Command('add').description('Put a member of the organization into a group'))
    .argument('<group>')
    .argument('<user>')
    .addHelpText('after', examples('wharden group member add developers alice --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '', user = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await api.group.addMember({ organization, group, user })
        session.say(`\`${user}\` is in the group \`${group}\``)
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description("List a group's members"))
    .argument('<group>')
    .addHelpText('after', examples('wharden group member list developers --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.group.listMembers({ organization, group, ...query })),
          PERSON_VIEW,
        )
      }),
    )
}

function removeCommand(io: Io): Command {
  return withOrganization(
    new Command('remove').description('Take somebody out of a group; what it gave them ends at once'),
  )
    .argument('<group>')
    .argument('<user>')
    .addHelpText('after', examples('wharden group member remove developers alice --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '', user = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await api.group.removeMember({ organization, group, user })
        session.say(`\`${user}\` is no longer in the group \`${group}\``)
      }),
    )
}
