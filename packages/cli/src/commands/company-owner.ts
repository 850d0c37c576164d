import { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import { action } from '../session.ts'
import { PERSON_VIEW } from './person-view.ts'

export function companyOwnerCommand(io: Io): Command {
  return new Command('owner')
    .description('Owners of a company, who manage its organizations: add, list, remove')
    .addCommand(addCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
}

function addCommand(io: Io): Command {
  return new Command('add')
    .description('Make a user an owner of a company')
    .argument('<company>')
    .argument('<user>')
    .addHelpText('after', examples('wharden company owner add holding alice'))
    .action(
      action(io, async (session, _options, company = '', user = '') => {
        const { api } = await session.connect()
        await api.company.addOwner({ company, user })
        session.say(`\`${user}\` is an owner of the company \`${company}\``)
      }),
    )
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description("List a company's owners")
    .argument('<company>')
    .addHelpText('after', examples('wharden company owner list holding'))
    .action(
      action(io, async (session, _options, company = '') => {
        const { api } = await session.connect()
        await session.print(
          await allPages((query) => api.company.listOwners({ company, ...query })),
          PERSON_VIEW,
        )
      }),
    )
}

function removeCommand(io: Io): Command {
  return new Command('remove')
    .description('Make somebody no owner of a company any more')
    .argument('<company>')
    .argument('<user>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden company owner remove holding alice --yes'))
    .action(
      action<{ readonly yes?: boolean }>(io, async (session, options, company = '', user = '') => {
        await confirm(io, options.yes, `remove \`${user}\` from the owners of the company \`${company}\`?`)
        const { api } = await session.connect()
        await api.company.removeOwner({ company, user })
        session.say(`\`${user}\` is no longer an owner of the company \`${company}\``)
      }),
    )
}
