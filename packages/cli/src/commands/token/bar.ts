import { Command } from 'commander'
import type { PersonalToken } from '@wharden/api'
import { examples } from '../../help.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import type { View } from '../../output/view.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'

/** Personal tokens as owners see them. */
export const PERSONAL_TOKEN_VIEW: View<PersonalToken> = [
  ['USER', ({ user }) => user],
  ['LABEL', ({ label }) => label],
  ['STATUS', ({ status, barred }) => (barred === null ? status : `barred by ${barred.by}`)],
  [
    'MAY',
    ({ repositories }) =>
      repositories.map(({ repository, permissions }) => `${repository}: ${permissions.join('+')}`),
  ],
  ['CREATED', ({ createdAt }) => createdAt],
  ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
  ['LAST USED', ({ lastUsedAt }) => lastUsedAt ?? 'never'],
  ['ID', ({ id }) => id],
]

export function tokenBarCommand(io: Io): Command {
  return withOrganization(
    new Command('bar').description("Let somebody's personal token into your organization no more"),
  )
    .argument('<id>', 'of the token, as `wharden token list --kind pat --org NAME` shows it')
    .addHelpText('after', examples('wharden token bar 01a2b3c4 --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, token = '') => {
        const { api } = await session.connect()
        const organization = organizationOf(options, io)
        await session.print(await api.personalToken.bar({ organization, token }), PERSONAL_TOKEN_VIEW)
      }),
    )
}

export function tokenUnbarCommand(io: Io): Command {
  return withOrganization(new Command('unbar').description('Let a barred personal token in again'))
    .argument('<id>')
    .addHelpText('after', examples('wharden token unbar 01a2b3c4 --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, token = '') => {
        const { api } = await session.connect()
        const organization = organizationOf(options, io)
        await api.personalToken.unbar({ organization, token })
        session.say(`\`${organization}\` lets the token in again`)
      }),
    )
}
