import { Command } from 'commander'
import type { RepositoryGroup } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { examples } from '../../help.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'

const GROUPS: View<RepositoryGroup> = [
  ['GROUP', ({ group }) => group],
  ['PERMISSION', ({ permission }) => permission],
  ['GIVEN ON', ({ repository }) => repository],
]

export function groupsCommand(io: Io): Command {
  return withOrganization(
    new Command('groups').description('List the groups that have access to a repository'),
  )
    .argument('<repository>')
    .addHelpText('after', examples('wharden repo groups samples/nginx --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, repository = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const groups = await allPages((query) =>
          api.repository.listGroups({ organization, repository, ...query }),
        )
        await session.print(groups, GROUPS)
      }),
    )
}
