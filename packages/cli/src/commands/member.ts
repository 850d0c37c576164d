import { Argument, Command } from 'commander'
import type { Member, Role } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { writeBody } from '../output/write-body.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'

const VIEW: View<Member> = [
  ['USER', ({ user }) => user],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['ROLE', ({ role }) => role],
  ['GROUPS', ({ groups }) => groups?.join(', ')],
  ['SINCE', ({ since }) => since],
]

const ROLES: readonly Role[] = ['owner', 'editor', 'member', 'auditor']

export function memberCommand(io: Io): Command {
  return new Command('member')
    .description('Members of an organization: set, list, export, remove')
    .addCommand(setCommand(io))
    .addCommand(listCommand(io))
    .addCommand(exportCommand(io))
    .addCommand(removeCommand(io))
}

function setCommand(io: Io): Command {
  return withOrganization(new Command('set').description('Make a user a member, or change their role'))
    .argument('<user>')
    .addArgument(new Argument('<role>', 'what they may do').choices(ROLES))
    .addHelpText('after', examples('wharden member set alice editor --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, user = '', word = '') => {
        const { api } = await session.connect()
        const role = ROLES.find((known) => known === word) ?? 'member'
        await session.print(
          await api.member.set({ organization: organizationOf(options, io), user, role }),
          VIEW,
        )
      }),
    )
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List members'))
    .addHelpText('after', examples('wharden member list --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.member.list({ organization, ...query })), VIEW)
      }),
    )
}

function exportCommand(io: Io): Command {
  return withOrganization(
    new Command('export').description('Members and invitees as CSV, with addresses and groups'),
  )
    .option('--out <file>', 'write into this file instead of standard output')
    .addHelpText('after', examples('wharden member export --org myregistry --out members.csv'))
    .action(
      action<OrganizationOptions & { readonly out?: string }>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { download } = await session.connect()
        await writeBody(session, await download('member_export', { organization }), options.out)
      }),
    )
}

function removeCommand(io: Io): Command {
  return withOrganization(new Command('remove').description('Remove a member from the organization'))
    .argument('<user>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden member remove alice --org myregistry --yes'))
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(io, async (session, options, user = '') => {
        const organization = organizationOf(options, io)
        await confirm(io, options.yes, `remove \`${user}\` from \`${organization}\`?`)
        const { api } = await session.connect()
        await api.member.delete({ organization, user })
        session.say(`\`${user}\` is no longer a member of \`${organization}\``)
      }),
    )
}
