import { Command, Option } from 'commander'
import type { Invited, Role } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { readInvitees } from '../input/invitees.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions, type Session } from '../session.ts'
import { INVITED_VIEW } from './invite-view.ts'

type Options = OrganizationOptions & {
  readonly fromCsv?: string
  readonly role: Role
  readonly group?: string
  readonly days: number
  readonly dryRun?: boolean
}

const ROLES: readonly Role[] = ['owner', 'editor', 'member', 'auditor']

type Outcome = Invited['outcome']

/** What the API takes in one request. */
const AT_ONCE = 1_000

export function inviteCreateCommand(io: Io): Command {
  return withOrganization(
    new Command('create').description('Invite people, by e-mail address or user name, one or thousands'),
  )
    .argument('[invitee...]', 'e-mail addresses and user names')
    .option(
      '--from-csv <file>',
      'those of a CSV file too (`-` for standard input): by its columns `invitee`, `email` or `username`, else its first',
    )
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('member'))
    .option('--group <name>', 'a group they come into')
    .option('--days <count>', 'for how many days their links are good, at most 30', parseCount, 7)
    .option('--dry-run', 'say what would become of each, and change nothing')
    .addHelpText(
      'after',
      examples(
        'wharden invite create ann@example.com bob --org myregistry --role editor',
        'wharden invite create --from-csv team.csv --group developers --org myregistry --dry-run',
        [
          'wharden invite create ann@example.com --org myregistry --query "[0].link.url" -o tsv',
          'the link alone: hand it on, no mail is sent',
        ],
      ),
    )
    .action(
      action<Options>(io, (session, options, ...named) =>
        create(session, options, organizationOf(options, io), named),
      ),
    )
}

async function create(
  session: Session,
  options: Options,
  organization: string,
  named: readonly string[],
): Promise<void> {
  const { role, group, days, dryRun = false } = options
  const invitees = await readInvitees(session.io, named, options.fromCsv)
  const common = {
    organization,
    role,
    expiresInDays: days,
    dryRun,
    ...(group === undefined ? {} : { group }),
  }
  const { api } = await session.connect()
  const invited: Invited[] = []
  for (let from = 0; from < invitees.length; from += AT_ONCE) {
    const some = invitees.slice(from, from + AT_ONCE)
    invited.push(...(await api.invite.create({ ...common, invitees: some })).invitees)
  }
  await session.print(invited, INVITED_VIEW)
  if (invited.some(({ link }) => link !== null)) {
    session.say(
      'no mail is sent: hand each link to whom it is for. It is shown this once; who was invited by name also has `wharden invite list --mine`',
    )
  }
  const became = (what: Outcome) => invited.filter(({ outcome }) => outcome === what).length
  const crowded = became('too_many_pending')
  if (crowded > 0) {
    throw new CliError(
      'failed',
      `${crowded} of ${invited.length} can not be invited: too many invites wait for an answer already`,
      '`wharden invite list --state pending` shows them; cancel some, or invite the rest once they are answered',
    )
  }
  const failed = became('invalid_email_or_docker_id')
  if (failed > 0) {
    throw new CliError(
      'failed',
      `${failed} of ${invited.length} can not be invited: they are neither e-mail addresses nor users`,
      dryRun ? 'correct them first' : 'correct them and invite them again; the others are invited',
    )
  }
}
