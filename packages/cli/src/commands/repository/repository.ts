import { Command } from 'commander'
import type { RepositoryTag } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { examples } from '../../help.ts'
import { lockedActs } from '../../input/attributes.ts'
import { settingsOf, withSettings, type RepositorySettings } from '../../input/repository-settings.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { deleteCommand, untagCommand } from './delete.ts'
import { groupsCommand } from './groups.ts'
import { listCommand, showManifestsCommand, showTagsCommand } from './list.ts'
import { renameCommand } from './rename.ts'
import { showCommand } from './show.ts'
import { updateCommand } from './update.ts'
import { REPOSITORY_VIEW } from './view.ts'

const TAGS: View<RepositoryTag> = [
  ['TAG', ({ name }) => name],
  ['DIGEST', ({ digest }) => digest],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['SIZE', ({ size }) => size],
  ['MEDIA TYPE', ({ mediaType }) => mediaType],
  ['UPDATED', ({ updatedAt }) => updatedAt],
]

export function repositoryCommand(io: Io): Command {
  return new Command('repo')
    .alias('repository')
    .description(
      'Repositories of an organization and what they hold: create, list, show, update, delete, tags, groups; as az says it, too',
    )
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(renameCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(untagCommand(io))
    .addCommand(tagsCommand(io))
    .addCommand(showTagsCommand(io))
    .addCommand(showManifestsCommand(io))
    .addCommand(groupsCommand(io))
}

function createCommand(io: Io): Command {
  return withSettings(
    new Command('create').description('Create a repository; a push does it too, where allowed'),
  )
    .argument('<repository>', 'its name inside the organization')
    .addHelpText('after', examples('wharden repo create samples/nginx --org myregistry --visibility public'))
    .action(
      action<RepositorySettings>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(
          await api.repository.create({ organization, name, ...settingsOf(options) }),
          REPOSITORY_VIEW,
        )
      }),
    )
}

function tagsCommand(io: Io): Command {
  return withOrganization(new Command('tags').description("List a repository's tags"))
    .argument('<repository>')
    .addHelpText('after', examples('wharden repo tags samples/nginx --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, repository = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const tags = await allPages((query) =>
          api.repository.listTags({ organization, repository, ...query }),
        )
        await session.print(tags, TAGS)
      }),
    )
}
