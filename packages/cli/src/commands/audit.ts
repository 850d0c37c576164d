import { Command } from 'commander'
import type { AuditEvent, AuditVerification } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, optionalOrganization, type OrganizationOptions, type Session } from '../session.ts'

type ListOptions = OrganizationOptions & {
  readonly limit: number
  readonly actor?: string
  readonly event?: string
  readonly subject?: string
  readonly since?: string
  readonly until?: string
}

const EVENTS: View<AuditEvent> = [
  ['AT', ({ at }) => at],
  ['WHO', ({ actor }) => actor.name],
  ['EVENT', ({ event }) => event],
  ['SUBJECT', ({ subject }) => subject],
  ['FROM', ({ address }) => address],
  ['SEQUENCE', ({ sequence }) => sequence],
]

const VERIFICATION: View<AuditVerification> = [
  ['CHAIN', ({ type }) => type],
  ['EVENTS', ({ events }) => events],
  [
    'HEAD',
    (result) => (result.type === 'intact' ? result.head : `broken at ${result.sequence}: ${result.reason}`),
  ],
]

export function auditCommand(io: Io): Command {
  return new Command('audit')
    .description('The log of administration and sign-ins: list, verify')
    .addCommand(listCommand(io))
    .addCommand(verifyCommand(io))
}

function listCommand(io: Io): Command {
  return withOrganization(
    new Command('list').description("Who did what, newest first; without --org, the installation's"),
  )
    .option('--limit <count>', 'how many', parseCount, 50)
    .option('--actor <name>', 'only by this user or token')
    .option('--event <name>', 'only this event, e.g. token_created')
    .option('--subject <name>', 'only what was done to this')
    .option('--since <instant>', 'ISO 8601')
    .option('--until <instant>', 'ISO 8601')
    .addHelpText(
      'after',
      examples(
        'wharden audit list --org myregistry',
        'wharden audit list --org myregistry --event token_created --since 2026-11-01T00:00:00Z -o json',
      ),
    )
    .action(action<ListOptions>(io, list))
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { limit, org: _org, registry: _registry, ...filter } = options
  const place = optionalOrganization(options, session.io)
  const { api } = await session.connect()
  await session.print(
    await allPages((query) => api.audit.list({ ...place, ...filter, ...query }), limit),
    EVENTS,
  )
}

function verifyCommand(io: Io): Command {
  return withOrganization(
    new Command('verify').description('Recompute the chain of hashes; exit code 1 when it is broken'),
  )
    .addHelpText(
      'after',
      examples('wharden audit verify --org myregistry', ['wharden audit verify', "the installation's"]),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const { api } = await session.connect()
        const result = await api.audit.verify(optionalOrganization(options, io))
        await session.print(result, VERIFICATION)
        if (result.type === 'broken') {
          throw new CliError(
            'failed',
            `the audit log is broken at event ${result.sequence}: ${result.reason}`,
            'compare with a backup: from there on it was changed outside the server',
          )
        }
      }),
    )
}
