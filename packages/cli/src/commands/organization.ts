import { Command } from 'commander'
import type { Organization } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { settingsOf, withSettings, type OrganizationSettings } from '../input/organization-settings.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action } from '../session.ts'

const VIEW: View<Organization> = [
  ['NAME', ({ name }) => name],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['PLAN', ({ plan }) => plan],
  ['IMAGES', ({ registry }) => `${registry.path}/…`],
  ['CREATED', ({ createdAt }) => createdAt],
]

export function organizationCommand(io: Io): Command {
  return new Command('org')
    .description('Organizations: create, list, show, update')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
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
        await session.print(await api.organization.create({ name, ...settingsOf(settings) }), VIEW)
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
        await session.print(await allPages((query) => api.organization.list(query)), VIEW)
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
        await session.print(await api.organization.show({ organization }), VIEW)
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
        await session.print(await api.organization.update({ organization, ...settingsOf(settings) }), VIEW)
      }),
    )
}
