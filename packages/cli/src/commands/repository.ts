import { Command, Option } from 'commander'
import type { Repository, RepositoryTag } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'

type Settings = OrganizationOptions & {
  readonly description?: string
  readonly visibility?: Repository['visibility']
}

const VIEW: View<Repository> = [
  ['NAME', ({ name }) => name],
  ['VISIBILITY', ({ visibility }) => visibility],
  ['DESCRIPTION', ({ description }) => description],
  ['REFERENCE', ({ reference }) => reference],
  ['UPDATED', ({ updatedAt }) => updatedAt],
]

const TAGS: View<RepositoryTag> = [
  ['TAG', ({ name }) => name],
  ['DIGEST', ({ digest }) => digest],
  ['SIZE', ({ size }) => size],
  ['MEDIA TYPE', ({ mediaType }) => mediaType],
  ['UPDATED', ({ updatedAt }) => updatedAt],
]

export function repositoryCommand(io: Io): Command {
  return new Command('repo')
    .description('Repositories of an organization: create, list, show, update, delete, tags')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(tagsCommand(io))
}

function withSettings(command: Command): Command {
  return withOrganization(command)
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--visibility <visibility>', 'who may pull').choices(['public', 'private']))
}

function settingsOf({ description, visibility }: Settings) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
  }
}

function createCommand(io: Io): Command {
  return withSettings(
    new Command('create').description('Create a repository; a push does it too, where allowed'),
  )
    .argument('<repository>', 'its name inside the organization')
    .addHelpText('after', examples('wharden repo create samples/nginx --org myregistry --visibility public'))
    .action(
      action<Settings>(io, async (session, options, name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await api.repository.create({ organization, name, ...settingsOf(options) }), VIEW)
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
          VIEW,
        )
      }),
    )
}

function showCommand(io: Io): Command {
  return withOrganization(new Command('show').description('Show one repository'))
    .argument('<repository>')
    .addHelpText('after', examples('wharden repo show samples/nginx --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, repository = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await api.repository.show({ organization, repository }), VIEW)
      }),
    )
}

function updateCommand(io: Io): Command {
  return withSettings(new Command('update').description("Change a repository's description or visibility"))
    .argument('<repository>')
    .addHelpText('after', examples('wharden repo update samples/nginx --org myregistry --visibility private'))
    .action(
      action<Settings>(io, async (session, options, repository = '') => {
        const organization = organizationOf(options, io)
        const settings = settingsOf(options)
        if (Object.keys(settings).length === 0) {
          throw new CliError('usage', 'nothing to change', 'say `--description` or `--visibility`')
        }
        const { api } = await session.connect()
        await session.print(await api.repository.update({ organization, repository, ...settings }), VIEW)
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
