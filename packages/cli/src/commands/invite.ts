import { Command, Option } from 'commander'
import type { Invite } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { linkServer } from '../input/link-secret.ts'
import { confirm } from '../input/secret.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../session.ts'
import { inviteAcceptCommand, inviteDeclineCommand, inviteIn } from './invite-answer.ts'
import { inviteCreateCommand } from './invite-create.ts'
import { INVITE_VIEW } from './invite-view.ts'

const STATES: readonly Invite['state'][] = ['pending', 'expired', 'accepted', 'declined', 'cancelled']

export function inviteCommand(io: Io): Command {
  return new Command('invite')
    .description('Invites into an organization: create, list, show, resend, cancel; and answering them')
    .addCommand(inviteCreateCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(resendCommand(io))
    .addCommand(cancelCommand(io))
    .addCommand(inviteAcceptCommand(io))
    .addCommand(inviteDeclineCommand(io))
}

type ListOptions = OrganizationOptions & { readonly mine?: boolean; readonly state?: Invite['state'] }

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description("List an organization's invites, or your own"))
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .addOption(new Option('--mine', 'those that wait for you').conflicts(['org', 'registry', 'state']))
    .addHelpText(
      'after',
      examples('wharden invite list --org myregistry --state pending', 'wharden invite list --mine'),
    )
    .action(
      action<ListOptions>(io, async (session, options) => {
        const { api } = await session.connect()
        if (options.mine === true) return session.print((await api.invite.listMine()).items, INVITE_VIEW)
        const organization = organizationOf(options, io)
        const state = options.state === undefined ? {} : { state: options.state }
        const invites = await allPages((query) => api.invite.list({ organization, ...state, ...query }))
        return session.print(invites, INVITE_VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return withOrganization(new Command('show').description('Show one invite, or what a link is for'))
    .argument('<invite>', 'its id, or its link')
    .addHelpText(
      'after',
      examples('wharden invite show 01a1fd8c-6900-743c-933e-fac988a4f80f --org myregistry', [
        'wharden invite show "$LINK"',
        'nobody need be signed in',
      ]),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options, text = '') => {
        const which = inviteIn(text)
        const { api, clientWith } = await session.connect(session.globals.server ?? linkServer(text))
        const invite =
          'secret' in which
            ? await clientWith(undefined).invite.lookUp(which)
            : await api.invite.show({ organization: organizationOf(options, io), ...which })
        await session.print(invite, INVITE_VIEW)
      }),
    )
}

function resendCommand(io: Io): Command {
  return withOrganization(
    new Command('resend').description(
      'Make a new link, with a new end; the one before says that it was replaced',
    ),
  )
    .argument('<invite>', 'its id')
    .option('--days <count>', 'for how many days it is good, at most 30', parseCount, 7)
    .addHelpText(
      'after',
      examples('wharden invite resend 01a1fd8c-6900-743c-933e-fac988a4f80f --org myregistry'),
    )
    .action(
      action<OrganizationOptions & { readonly days: number }>(io, async (session, options, invite = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const resent = await api.invite.resend({ organization, invite, expiresInDays: options.days })
        await session.print(resent, [
          ['INVITEE', (row) => row.invite.invitee],
          ['LINK', ({ link }) => link.url],
          ['EXPIRES', ({ link }) => link.expiresAt],
        ])
        session.say('no mail is sent: hand the link on; it is shown this once')
      }),
    )
}

function cancelCommand(io: Io): Command {
  return withOrganization(new Command('cancel').description('Cancel an invite: its link says so'))
    .argument('<invite>', 'its id')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples('wharden invite cancel 01a1fd8c-6900-743c-933e-fac988a4f80f --org myregistry --yes'),
    )
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(io, async (session, options, invite = '') => {
        const organization = organizationOf(options, io)
        await confirm(io, options.yes, `cancel the invite \`${invite}\`?`)
        const { api } = await session.connect()
        await api.invite.cancel({ organization, invite })
        session.say(`the invite \`${invite}\` is cancelled`)
      }),
    )
}
