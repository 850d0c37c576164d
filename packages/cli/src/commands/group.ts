import { Command } from 'commander'
import type { Group } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'
import { groupMemberCommand } from './group-member.ts'
import { groupPermissionCommand } from './group-permission.ts'

type UpdateOptions = OrganizationOptions & { readonly name?: string; readonly description?: string }

const VIEW: View<Group> = [
  ['NAME', ({ name }) => name],
  ['MEMBERS', ({ members }) => members],
  ['DESCRIPTION', ({ description }) => description],
  ['ID', ({ id }) => id],
  ['CREATED', ({ createdAt }) => createdAt],
]

export function groupCommand(io: Io): Command {
  return new Command('group')
    .description('Groups of members, and what they may do: create, list, show, update, delete')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(groupMemberCommand(io))
    .addCommand(groupPermissionCommand(io))
}

function createCommand(io: Io): Command {
  return withOrganization(new Command('create').description('Create a group'))
    .argument('<name>')
    .option('--description <text>')
    .addHelpText('after', examples('wharden group create developers --org myregistry'))
    .action(
      action<UpdateOptions>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await api.group.create({ organization, name, ...descriptionOf(options) }), VIEW)
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List groups'))
    .option('--user <name>', 'only those that this member is in')
    .addHelpText(
      'after',
      examples('wharden group list --org myregistry', 'wharden group list --org myregistry --user alice'),
    )
    .action(
      action<OrganizationOptions & { readonly user?: string }>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const of = options.user === undefined ? {} : { user: options.user }
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.group.list({ organization, ...of, ...query })),
          VIEW,
        )
      }),
    )
}

function showCommand(io: Io): Command {
  return withOrganization(new Command('show').description('Show one group'))
    .argument('<group>')
    .addHelpText('after', examples('wharden group show developers --org myregistry -o json'))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await api.group.show({ organization, group }), VIEW)
      }),
    )
}

function updateCommand(io: Io): Command {
  return withOrganization(new Command('update').description('Rename or re-describe a group'))
    .argument('<group>')
    .option('--name <name>', 'its new name; members and permissions stay')
    .option('--description <text>')
    .addHelpText('after', examples('wharden group update developers --name engineers --org myregistry'))
    .action(
      action<UpdateOptions>(io, async (session, options, group = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const change = {
          ...(options.name === undefined ? {} : { name: options.name }),
          ...descriptionOf(options),
        }
        await session.print(await api.group.update({ organization, group, ...change }), VIEW)
      }),
    )
}

function descriptionOf({ description }: UpdateOptions): { readonly description?: string } {
  return description === undefined ? {} : { description }
}

function deleteCommand(io: Io): Command {
  return withOrganization(new Command('delete').description('Delete a group; what it gave ends at once'))
    .argument('<group>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden group delete developers --org myregistry --yes'))
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(io, async (session, options, group = '') => {
        const organization = organizationOf(options, io)
        await confirm(io, options.yes, `delete the group \`${group}\`? its members lose what it gave them`)
        const { api } = await session.connect()
        await api.group.delete({ organization, group })
        session.say(`the group \`${group}\` is deleted`)
      }),
    )
}
