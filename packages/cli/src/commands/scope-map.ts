import { Command } from 'commander'
import type { ScopeMap } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { groupedOption, parseRules, REGISTRY_WORDS } from '../input/repository-rule.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'

type Named = OrganizationOptions & { readonly name?: string }
type CreateOptions = Named & { readonly description?: string; readonly repository?: readonly string[] }

const VIEW: View<ScopeMap> = [
  ['NAME', ({ name }) => name],
  ['TYPE', ({ type }) => type],
  [
    'REPOSITORIES',
    ({ repositories }) => repositories.map((rule) => `${rule.repository}: ${rule.permissions.join('+')}`),
  ],
  ['DESCRIPTION', ({ description }) => description],
  ['CREATED', ({ createdAt }) => createdAt],
]

export function scopeMapCommand(io: Io): Command {
  return new Command('scope-map')
    .description('Scope maps, the permissions that registry tokens share: create, list, show, update, delete')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io))
}

function named(command: Command): Command {
  return withOrganization(command).argument('[name]').option('--name <name>', 'the same, as az says it')
}

function nameOf(options: Named, operand: string | undefined): string {
  const name = operand ?? options.name
  if (name === undefined) throw new CliError('usage', 'which scope map?', 'say its name')
  return name
}

function createCommand(io: Io): Command {
  const command = named(new Command('create').description('Create a scope map')).option(
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
        'wharden scope-map create MyScopeMap --org myregistry --repository samples/hello-world content/write content/read --repository "devices/*" content/read',
      ),
    )
    .action(
      action<CreateOptions>(io, async (session, options, operand) => {
        const input = {
          organization: organizationOf(options, io),
          name: nameOf(options, operand),
          repositories: parseRules(options.repository, REGISTRY_WORDS),
          ...(options.description === undefined ? {} : { description: options.description }),
        }
        const { api } = await session.connect()
        await session.print(await api.scopeMap.create(input), VIEW)
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List scope maps'))
    .addHelpText('after', examples('wharden scope-map list --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.scopeMap.list({ organization, ...query })), VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return named(new Command('show').description('Show one scope map'))
    .addHelpText('after', examples('wharden scope-map show MyScopeMap --org myregistry -o yaml'))
    .action(
      action<Named>(io, async (session, options, operand) => {
        const input = { organization: organizationOf(options, io), scopeMap: nameOf(options, operand) }
        const { api } = await session.connect()
        await session.print(await api.scopeMap.show(input), VIEW)
      }),
    )
}

type UpdateOptions = Named & {
  readonly description?: string
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

function updateCommand(io: Io): Command {
  const command = named(
    new Command('update').description('Change a scope map, for all of its tokens at once'),
  ).option('--description <text>')
  groupedOption(command, '--add', 'REPOSITORY PERMISSION…', 'permit this too; several times')
  return groupedOption(command, '--remove', 'REPOSITORY PERMISSION…', 'permit this no more; several times')
    .addHelpText(
      'after',
      examples(
        'wharden scope-map update MyScopeMap --org myregistry --add samples/nginx content/write --remove samples/hello-world content/write',
      ),
    )
    .action(
      action<UpdateOptions>(io, async (session, options, operand) => {
        const input = {
          organization: organizationOf(options, io),
          scopeMap: nameOf(options, operand),
          ...(options.description === undefined ? {} : { description: options.description }),
          ...(options.add === undefined ? {} : { add: parseRules(options.add, REGISTRY_WORDS) }),
          ...(options.remove === undefined ? {} : { remove: parseRules(options.remove, REGISTRY_WORDS) }),
        }
        const { api } = await session.connect()
        await session.print(await api.scopeMap.update(input), VIEW)
      }),
    )
}

function deleteCommand(io: Io): Command {
  return named(new Command('delete').description('Delete a scope map; its tokens stay, and may do nothing'))
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden scope-map delete MyScopeMap --org myregistry --yes'))
    .action(
      action<Named & { readonly yes?: boolean }>(io, async (session, options, operand) => {
        const input = { organization: organizationOf(options, io), scopeMap: nameOf(options, operand) }
        await confirm(
          io,
          options.yes,
          `delete \`${input.scopeMap}\`? tokens that use it lose their permissions`,
        )
        const { api } = await session.connect()
        await api.scopeMap.delete(input)
        session.say(`\`${input.scopeMap}\` is deleted`)
      }),
    )
}
