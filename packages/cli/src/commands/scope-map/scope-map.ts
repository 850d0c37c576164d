import { Command } from 'commander'
import { allPages } from '../../all-pages.ts'
import { examples } from '../../help.ts'
import { refuseOwnName } from '../../input/own-name.ts'
import { groupedOption, parseRules, REGISTRY_WORDS } from '../../input/repository-rule.ts'
import { confirm } from '../../input/secret.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'
import { wantedScopeMap, withScopeMap, type Named } from './operand.ts'
import { printScopeMap, printScopeMaps } from './print.ts'
import { updateCommand } from './update.ts'

export function scopeMapCommand(io: Io): Command {
  return new Command('scope-map')
    .description('Scope maps, the permissions that registry tokens share: create, list, show, update, delete')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
}

type CreateOptions = Named & { readonly description?: string; readonly repository?: readonly string[] }

function createCommand(io: Io): Command {
  const command = withScopeMap(new Command('create').description('Create a scope map')).option(
    '--description <text>',
  )
  return groupedOption(
    command,
    '--repository',
    'REPOSITORY PERMISSION…',
    'a repository and what may be done there; several times',
  )
    .addHelpText(
      'after',
      examples(
        'wharden scope-map create --name MyScopeMap --registry myregistry --repository samples/hello-world content/write content/read --repository samples/nginx content/read --description "Sample scope map"',
        [
          'wharden scope-map create devices --org myregistry --repository "devices/*" content/read',
          'repositories that are not there yet, too',
        ],
      ),
    )
    .action(
      action<CreateOptions>(io, async (session, options, operand) => {
        const input = {
          organization: organizationOf(options, io),
          name: wantedScopeMap(options, operand),
          repositories: parseRules(options.repository, REGISTRY_WORDS),
          ...(options.description === undefined ? {} : { description: options.description }),
        }
        const { api } = await session.connect()
        await refuseOwnName(api, input.organization, input.repositories)
        await printScopeMap(session, api, options, await api.scopeMap.create(input))
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List scope maps'))
    .addHelpText(
      'after',
      examples('wharden scope-map list --org myregistry', [
        'wharden scope-map list -r myregistry',
        'in the columns of az',
      ]),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const maps = await allPages((query) => api.scopeMap.list({ organization, ...query }))
        await printScopeMaps(session, api, options, maps)
      }),
    )
}

function showCommand(io: Io): Command {
  return withScopeMap(new Command('show').description('Show one scope map'))
    .addHelpText(
      'after',
      examples(
        'wharden scope-map show MyScopeMap --org myregistry -o yaml',
        'wharden scope-map show -n MyScopeMap -r myregistry --query actions -o tsv',
      ),
    )
    .action(
      action<Named>(io, async (session, options, operand) => {
        const input = {
          organization: organizationOf(options, io),
          scopeMap: wantedScopeMap(options, operand),
        }
        const { api } = await session.connect()
        await printScopeMap(session, api, options, await api.scopeMap.show(input))
      }),
    )
}

function deleteCommand(io: Io): Command {
  return withScopeMap(
    new Command('delete').description('Delete a scope map; its tokens stay, and may do nothing'),
  )
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'wharden scope-map delete MyScopeMap --org myregistry --yes',
        'wharden scope-map delete -n MyScopeMap -r myregistry --yes',
      ),
    )
    .action(
      action<Named & { readonly yes?: boolean }>(io, async (session, options, operand) => {
        const input = {
          organization: organizationOf(options, io),
          scopeMap: wantedScopeMap(options, operand),
        }
        const { api } = await session.connect()
        const { tokens } = await api.scopeMap.show(input)
        const users =
          tokens === 0 ? 'no token uses it' : `${tokens} ${tokens === 1 ? 'token uses' : 'tokens use'} it`
        const result = tokens === 0 ? '' : ', and may do nothing until given another'
        await confirm(io, options.yes, `delete \`${input.scopeMap}\`? ${users}${result}`)
        await api.scopeMap.delete(input)
        session.say(`\`${input.scopeMap}\` is deleted`)
        if (tokens > 0)
          session.say(
            `${tokens} ${tokens === 1 ? 'token has' : 'tokens have'} no scope map now; \`wharden token update TOKEN --scope-map NAME\` gives another`,
          )
      }),
    )
}
