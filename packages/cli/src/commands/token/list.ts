import { Command, Option } from 'commander'
import type { TokenKind } from '@wharden/api'
import { allPages } from '../../all-pages.ts'
import { tokensJson } from '../../azure/token-json.ts'
import { examples } from '../../help.ts'
import { parseSpan } from '../../input/span.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, optionalOrganization, organizationOf, type OrganizationOptions } from '../../session.ts'
import { PERSONAL_TOKEN_VIEW } from './bar.ts'
import { tokenView } from './view.ts'

type ListOptions = OrganizationOptions & {
  readonly kind?: TokenKind
  readonly expiring?: number
  readonly scopeMap?: string
}

/** @returns whole days, at least one */
function parseDays(text: string): number {
  return Math.max(1, Math.ceil(parseSpan(text) / 86_400))
}

export function tokenListCommand(io: Io): Command {
  return withOrganization(
    new Command('list').description("List an organization's tokens, or without one your own"),
  )
    .addOption(new Option('--kind <kind>', 'only these').choices(['registry-token', 'oat', 'pat']))
    .option('--expiring <span>', 'those that end within 30d, 7d, …', parseDays)
    .addOption(
      new Option('--scope-map <name>', 'those that a change of it concerns').conflicts(['kind', 'expiring']),
    )
    .addHelpText(
      'after',
      examples(
        'wharden token list --org myregistry',
        ['wharden token list -r myregistry', 'registry tokens alone, in the columns of az'],
        'wharden token list --org myregistry --expiring 30d',
        'wharden token list --org myregistry --scope-map devices',
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
        if (options.scopeMap !== undefined) {
          const map = { organization: organizationOf(options, io), scopeMap: options.scopeMap }
          const tokens = await allPages((query) => api.scopeMapToken.list({ ...map, ...query }))
          return session.print(tokens, tokenView(options, 'registry-token'), () => tokensJson(api, tokens))
        }
        const organization = options.org ?? options.registry
        const kind = options.kind ?? (options.registry === undefined ? undefined : 'registry-token')
        if (kind === 'pat' && organization !== undefined) {
          const pages = await allPages((query) => api.personalToken.list({ organization, ...query }))
          return session.print(pages, PERSONAL_TOKEN_VIEW)
        }
        const filter = {
          ...(kind === 'pat' ? {} : optionalOrganization(options, io)),
          ...(kind === undefined ? {} : { kind }),
          ...(options.expiring === undefined ? {} : { expiringWithin: options.expiring }),
        }
        const tokens = await allPages((query) => api.token.list({ ...filter, ...query }))
        await session.print(tokens, tokenView(options, kind), () => tokensJson(api, tokens))
        if (tokens.length === 0 && !('organization' in filter))
          session.say('these would be your own tokens; `--org NAME` lists those of an organization')
      }),
    )
}
