import { Command } from 'commander'
import type { RepositoryTag } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { examples } from '../../help.ts'
import { lockedActs } from '../../input/attributes.ts'
import { imageName } from '../../input/image-name.ts'
import { settingsOf, withSettings, type RepositorySettings } from '../../input/repository-settings.ts'
import { confirm } from '../../input/secret.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { groupsCommand } from './groups.ts'
import { renameCommand } from './rename.ts'
import { updateCommand } from './update.ts'
import { LOCK_VIEW, REPOSITORY_VIEW } from './view.ts'

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
    .description('Repositories of an organization: create, list, show, update, delete, tags, groups')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(renameCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(tagsCommand(io))
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

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List the repositories you may see'))
    .option('--prefix <text>', 'only those whose names begin so')
    .addHelpText(
      'after',
      examples('wharden repo list --org myregistry', 'wharden repo list --org myregistry --prefix samples/'),
    )
    .action(
      action<OrganizationOptions & { readonly prefix?: string }>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const prefix = options.prefix === undefined ? {} : { prefix: options.prefix }
        await session.print(
          await allPages((query) => api.repository.list({ organization, ...prefix, ...query })),
          REPOSITORY_VIEW,
        )
      }),
    )
}

function showCommand(io: Io): Command {
  return withOrganization(
    new Command('show').description('Show one repository, or how one of its images is locked'),
  )
    .argument('<image>', 'a repository, or with `:TAG` or `@DIGEST` one tag or manifest of it')
    .addHelpText(
      'after',
      examples(
        'wharden repo show samples/nginx --org myregistry',
        'wharden repo show samples/nginx:v1 --org myregistry --query changeableAttributes -o json',
      ),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options, image = '') => {
        const organization = organizationOf(options, io)
        const { repository, ...reference } = imageName(image)
        const { api } = await session.connect()
        if (Object.keys(reference).length === 0) {
          return session.print(await api.repository.show({ organization, repository }), REPOSITORY_VIEW)
        }
        return session.print(await api.lock.show({ organization, repository, ...reference }), LOCK_VIEW)
      }),
    )
}

function deleteCommand(io: Io): Command {
  return withOrganization(new Command('delete').description('Delete a repository with everything in it'))
    .argument('<repository>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden repo delete samples/nginx --org myregistry --yes'))
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(
        io,
        async (session, options, repository = '') => {
          const organization = organizationOf(options, io)
          await confirm(io, options.yes, `delete \`${organization}/${repository}\` with all its images?`)
          const { api } = await session.connect()
          await api.repository.delete({ organization, repository })
          session.say(`\`${organization}/${repository}\` is deleted`)
        },
      ),
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
