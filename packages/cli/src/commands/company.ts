import { Command } from 'commander'
import type { Company } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action } from '../session.ts'
import { companyOrganizationCommand } from './company-organization.ts'
import { companyOwnerCommand } from './company-owner.ts'

type Settings = { readonly displayName?: string }

const VIEW: View<Company> = [
  ['NAME', ({ name }) => name],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['CREATED', ({ createdAt }) => createdAt],
]

export function companyCommand(io: Io): Command {
  return new Command('company')
    .description('Companies, several organizations with owners in common: create, list, show, update, delete')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(companyOwnerCommand(io))
    .addCommand(companyOrganizationCommand(io))
}

function createCommand(io: Io): Command {
  return new Command('create')
    .description('Create a company')
    .argument('<name>', 'lower-case letters, digits and hyphens, 2 to 63')
    .option('--display-name <text>', 'a name for people')
    .addHelpText('after', examples('wharden company create holding --display-name "Holding Ltd."'))
    .action(
      action<Settings>(io, async (session, settings, name = '') => {
        const { api } = await session.connect()
        await session.print(await api.company.create({ name, ...settings }), VIEW)
      }),
    )
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description('List the companies you own; all of them for installation administrators')
    .addHelpText('after', examples('wharden company list'))
    .action(
      action(io, async (session) => {
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.company.list(query)), VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return new Command('show')
    .description('Show one company')
    .argument('<company>')
    .addHelpText('after', examples('wharden company show holding'))
    .action(
      action(io, async (session, _options, company = '') => {
        const { api } = await session.connect()
        await session.print(await api.company.show({ company }), VIEW)
      }),
    )
}

function updateCommand(io: Io): Command {
  return new Command('update')
    .description("Change a company's name for people")
    .argument('<company>')
    .option('--display-name <text>', 'a name for people')
    .addHelpText('after', examples('wharden company update holding --display-name "Holding Inc."'))
    .action(
      action<Settings>(io, async (session, settings, company = '') => {
        const { api } = await session.connect()
        await session.print(await api.company.update({ company, ...settings }), VIEW)
      }),
    )
}

function deleteCommand(io: Io): Command {
  return new Command('delete')
    .description('Delete a company; its organizations stay')
    .argument('<company>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden company delete holding --yes'))
    .action(
      action<{ readonly yes?: boolean }>(io, async (session, options, company = '') => {
        await confirm(io, options.yes, `delete the company \`${company}\`? its owners lose its organizations`)
        const { api } = await session.connect()
        await api.company.delete({ company })
        session.say(`the company \`${company}\` is deleted; its organizations are their own owners' alone`)
      }),
    )
}
