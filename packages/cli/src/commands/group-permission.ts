import { Argument, Command } from 'commander'
import type { GroupGrant, GroupPermission } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { refuseOwnName } from '../input/own-name.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'

const STATES: Readonly<Record<GroupGrant['state'], string>> = {
  live: '',
  pattern: '',
  reserved: 'no such repository yet',
  gone: 'the repository was deleted',
}

const VIEW: View<GroupGrant> = [
  ['REPOSITORY', ({ repository }) => repository],
  ['PERMISSION', ({ permission }) => permission],
  ['REMARK', ({ state }) => STATES[state]],
]

const PERMISSIONS: readonly GroupPermission[] = ['read', 'write', 'admin']

export function groupPermissionCommand(io: Io): Command {
  return new Command('permission')
    .description('What a group may do, repository by repository: set, list, remove')
    .addCommand(setCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
}

const REPOSITORY = 'a name inside the organization, `samples/*` for all below it, or `*` for all'

function setCommand(io: Io): Command {
  return withOrganization(
    new Command('set').description('Give a group a permission, instead of the one it had there'),
  )
    .argument('<group>')
    .argument('<repository>', REPOSITORY)
    .addArgument(new Argument('<permission>', 'read, write (and read), or admin').choices(PERMISSIONS))
    .addHelpText(
      'after',
      examples(
        'wharden group permission set developers samples/nginx write --org myregistry',
        "wharden group permission set developers 'samples/*' read --org myregistry",
      ),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '', repository = '', word = '') => {
        const organization = organizationOf(options, io)
        const permission = PERMISSIONS.find((known) => known === word) ?? 'read'
        const { api } = await session.connect()
        await refuseOwnName(api, organization, [{ repository }])
        await session.print(
          await api.group.setPermission({ organization, group, repository, permission }),
          VIEW,
        )
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List what a group may do'))
    .argument('<group>')
    .addHelpText('after', examples('wharden group permission list developers --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.group.listPermissions({ organization, group, ...query })),
          VIEW,
        )
      }),
    )
}

function removeCommand(io: Io): Command {
  return withOrganization(
    new Command('remove').description('Take a permission from a group; what it gave ends at once'),
  )
    .argument('<group>')
    .argument('<repository>', 'as it was given')
    .addHelpText('after', examples("wharden group permission remove developers 'samples/*' --org myregistry"))
    .action(
      action<OrganizationOptions>(io, async (session, options, group = '', repository = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await api.group.removePermission({ organization, group, repository })
        session.say(`the group \`${group}\` has no permission on \`${repository}\` any more`)
      }),
    )
}
