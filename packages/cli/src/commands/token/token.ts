import { Command, Option } from 'commander'
import type { TokenKind } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { findToken } from '../../find-token.ts'
import { examples } from '../../help.ts'
import { parsePullLimit } from '../../input/pull-limit.ts'
import { groupedOption } from '../../input/repository-rule.ts'
import { confirm } from '../../input/secret.ts'
import { parseSpan } from '../../input/span.ts'
import { tokenChange, type TokenChangeOptions } from '../../input/token-change.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, optionalOrganization, type OrganizationOptions } from '../../session.ts'
import { PERSONAL_TOKEN_VIEW, tokenBarCommand, tokenUnbarCommand } from './bar.ts'
import { tokenCreateCommand } from './create.ts'
import { tokenCredentialCommand } from './credential.ts'
import { wantedToken, withToken, type Named } from './operand.ts'
import { tokenRenewCommand, tokenRotateCommand } from './secret.ts'
import { TOKEN_VIEW, tokenName } from './view.ts'

export function tokenCommand(io: Io): Command {
  return new Command('token')
    .description('Tokens of every kind: create, list, show, update, rotate, renew, delete, credential, bar')
    .addCommand(tokenCreateCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(tokenRotateCommand(io))
    .addCommand(tokenRenewCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(tokenCredentialCommand(io))
    .addCommand(tokenBarCommand(io))
    .addCommand(tokenUnbarCommand(io))
}

type ListOptions = OrganizationOptions & { readonly kind?: TokenKind; readonly expiring?: number }

/** @returns whole days, at least one */
function parseDays(text: string): number {
  return Math.max(1, Math.ceil(parseSpan(text) / 86_400))
}

function listCommand(io: Io): Command {
  return withOrganization(
    new Command('list').description("List an organization's tokens, or without one your own"),
  )
    .addOption(new Option('--kind <kind>', 'only these').choices(['registry-token', 'oat', 'pat']))
    .option('--expiring <span>', 'those that end within 30d, 7d, …', parseDays)
    .addHelpText(
      'after',
      examples(
        'wharden token list --org myregistry',
        'wharden token list --org myregistry --expiring 30d',
        ['wharden token list', 'your personal access tokens'],
        [
          'wharden token list --org myregistry --kind pat',
          'those of its people that reach your organization',
        ],
        'wharden token list --org myregistry --query "[?status==\'expired\'].id" -o tsv',
      ),
    )
    .action(
      action<ListOptions>(io, async (session, options) => {
        const { api } = await session.connect()
        const organization = options.org ?? options.registry
        if (options.kind === 'pat' && organization !== undefined) {
          const pages = await allPages((query) => api.personalToken.list({ organization, ...query }))
          return session.print(pages, PERSONAL_TOKEN_VIEW)
        }
        const filter = {
          ...(options.kind === 'pat' ? {} : optionalOrganization(options, io)),
          ...(options.kind === undefined ? {} : { kind: options.kind }),
          ...(options.expiring === undefined ? {} : { expiringWithin: options.expiring }),
        }
        await session.print(await allPages((query) => api.token.list({ ...filter, ...query })), TOKEN_VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return withToken(new Command('show').description('Show one token; never its secrets'))
    .addHelpText(
      'after',
      examples('wharden token show MyToken --org myregistry', 'wharden token show laptop'),
    )
    .action(
      action<Named>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        await session.print(await findToken(api, wanted, optionalOrganization(options, io)), TOKEN_VIEW)
      }),
    )
}

function updateCommand(io: Io): Command {
  const command = withToken(new Command('update').description('Change a token; it bites at the next request'))
    .option('--label <text>', 'oat or pat: a new label')
    .option('--description <text>')
    .addOption(new Option('--status <status>').choices(['enabled', 'disabled']))
    .option('--scope-map <name>', 'registry token: another scope map')
    .option('--address <network...>', 'only from these addresses or networks; `any` for all')
    .addOption(
      new Option('--public-repositories <bool>', 'oat: may read every public repository').choices([
        'true',
        'false',
      ]),
    )
    .option('--organization-scope <scope...>', 'oat: instead of all its scopes there; `none` for no scope')
    .option('--pull-limit <number>', 'oat: pulls in six hours, or `none`', parsePullLimit)
  groupedOption(
    command,
    '--repository',
    'REPOSITORY PERMISSION…',
    'oat or pat: instead of all its repositories',
  )
  return command
    .addHelpText(
      'after',
      examples(
        'wharden token update MyToken --org myregistry --status disabled',
        'wharden token update ci --org myregistry --repository samples/nginx pull',
        'wharden token update ci --org myregistry --organization-scope member-read invite-edit',
        'wharden token update ci --org myregistry --pull-limit none',
      ),
    )
    .action(
      action<Named & TokenChangeOptions>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const token = await findToken(api, wanted, optionalOrganization(options, io))
        await session.print(
          await api.token.update({ token: token.id, ...tokenChange(options, token.kind) }),
          TOKEN_VIEW,
        )
      }),
    )
}

function deleteCommand(io: Io): Command {
  return withToken(new Command('delete').description('Delete a token; the next request with it is refused'))
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden token delete MyToken --org myregistry --yes'))
    .action(
      action<Named & { readonly yes?: boolean }>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const token = await findToken(api, wanted, optionalOrganization(options, io))
        await confirm(
          io,
          options.yes,
          `delete \`${tokenName(token)}\`? whoever uses it is refused from then on`,
        )
        await api.token.delete({ token: token.id })
        session.say(`\`${tokenName(token)}\` is deleted`)
      }),
    )
}
