import { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { settingsOf, withSettings, type OrganizationSettings } from '../input/organization-settings.ts'
import { askText } from '../input/secret.ts'
import type { Io } from '../io.ts'
import { action } from '../session.ts'
import { ORGANIZATION_VIEW } from './organization-view.ts'

export function organizationCommand(io: Io): Command {
  return new Command('org')
    .description('Organizations: create, list, show, update, delete')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
}

function createCommand(io: Io): Command {
  return withSettings(new Command('create').description('Create an organization; you become its owner'))
    .argument('<name>', 'lower-case letters, digits and hyphens, 2 to 63')
    .addHelpText(
      'after',
      examples('wharden org create myregistry', 'wharden org create acme --display-name "Acme Inc."'),
    )
    .action(
      action<OrganizationSettings>(io, async (session, settings, name = '') => {
        const { api } = await session.connect()
        await session.print(
          await api.organization.create({ name, ...settingsOf(settings) }),
          ORGANIZATION_VIEW,
        )
      }),
    )
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description('List the organizations you may see')
    .addHelpText('after', examples('wharden org list', "wharden org list --query '[].name' -o tsv"))
    .action(
      action(io, async (session) => {
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.organization.list(query)), ORGANIZATION_VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return new Command('show')
    .description('Show one organization')
    .argument('<name>')
    .addHelpText('after', examples('wharden org show myregistry -o json'))
    .action(
      action(io, async (session, _options, organization = '') => {
        const { api } = await session.connect()
        await session.print(await api.organization.show({ organization }), ORGANIZATION_VIEW)
      }),
    )
}

function updateCommand(io: Io): Command {
  return withSettings(new Command('update').description("Change an organization's settings"))
    .argument('<name>')
    .addHelpText(
      'after',
      examples(
        'wharden org update myregistry --default-visibility public',
        'wharden org update myregistry --maximum-lifetime pat=90d oat=365d',
        ['wharden org update myregistry --allow-reactivation false', 'as on Docker Hub'],
        'wharden org update myregistry --user-pull-limit 200 --anonymous-pull-limit 100',
      ),
    )
    .action(
      action<OrganizationSettings>(io, async (session, settings, organization = '') => {
        const { api } = await session.connect()
        await session.print(
          await api.organization.update({ organization, ...settingsOf(settings) }),
          ORGANIZATION_VIEW,
        )
      }),
    )
}

type DeleteOptions = { readonly confirm?: string }

function deleteCommand(io: Io): Command {
  return new Command('delete')
    .description('Delete an organization with every repository, token and group in it, for good')
    .argument('<name>')
    .option('--confirm <name>', 'its name again, instead of being asked for it')
    .addHelpText('after', examples('wharden org delete myregistry --confirm myregistry'))
    .action(
      action<DeleteOptions>(io, async (session, options, organization = '') => {
        const question = `this deletes everything in \`${organization}\`, for good; its name again`
        const confirm = await askText(io, options.confirm, question, '--confirm NAME')
        const { api } = await session.connect()
        await api.organization.delete({ organization, confirm })
        session.say(`\`${organization}\` is deleted`)
      }),
    )
}
