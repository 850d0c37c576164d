import { Command } from 'commander'
import type { AuditEvent } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import type { View } from '../output/view.ts'
import { action, optionalOrganization, type OrganizationOptions, type Session } from '../session.ts'
import { auditExportCommand } from './audit-export.ts'
import { auditVerifyCommand } from './audit-verify.ts'

type ListOptions = OrganizationOptions & {
  readonly limit: number
  readonly actor?: string
  readonly event?: string
  readonly subject?: string
  readonly text?: string
  readonly since?: string
  readonly until?: string
}

const EVENTS: View<AuditEvent> = [
  ['AT', ({ at }) => at],
  ['WHO', ({ actor }) => actor.name],
  ['WITH', ({ actor }) => actor.credentialName],
  ['EVENT', ({ event }) => event],
  ['SUBJECT', named],
  ['FROM', ({ address }) => address],
  ['SEQUENCE', ({ sequence }) => sequence],
]

/** A token's id says nothing to people: with what it was called. */
function named({ subject, before, after }: AuditEvent): string {
  const state = { ...before, ...after }
  const name = state['label'] ?? state['name']
  return /^(token|service-principal)\//.test(subject) && typeof name === 'string'
    ? `${subject} (${name})`
    : subject
}

export function auditCommand(io: Io): Command {
  return new Command('audit')
    .description('The log of administration and sign-ins: list, export, verify')
    .addCommand(listCommand(io))
    .addCommand(auditExportCommand(io))
    .addCommand(auditVerifyCommand(io))
}

function listCommand(io: Io): Command {
  return withOrganization(
    new Command('list').description("Who did what, newest first; without --org, the installation's"),
  )
    .option('--limit <count>', 'how many', parseCount, 50)
    .option('--actor <name>', 'only by this user or token, by name or id')
    .option('--event <name>', 'only this event, e.g. token_created')
    .option('--subject <name>', 'only what was done to this, e.g. member/myregistry/bob')
    .option('--text <words>', 'only where this occurs, in any case')
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
