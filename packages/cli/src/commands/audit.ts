import { Command, Option } from 'commander'
import type { AuditEvent, AuditVerification } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import type { ExportVerdict } from '../audit/verify-export.ts'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { linesOf } from '../input/lines-of.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { writeBody } from '../output/write-body.ts'
import { withOrganization } from '../organization-option.ts'
import { action, optionalOrganization, type OrganizationOptions, type Session } from '../session.ts'

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

const FILE_VERIFICATION: View<ExportVerdict> = [
  ['CHAIN', ({ type }) => type],
  ['EVENTS', (verdict) => (verdict.type === 'intact' ? verdict.events : null)],
  ['LAST', (verdict) => (verdict.type === 'intact' ? verdict.last : null)],
  [
    'HEAD',
    (verdict) => (verdict.type === 'intact' ? verdict.head : `line ${verdict.line}: ${verdict.reason}`),
  ],
  ['SIGNATURE', (verdict) => (verdict.type === 'intact' ? verdict.signature : null)],
]

export function auditCommand(io: Io): Command {
  return new Command('audit')
    .description('The log of administration and sign-ins: list, export, verify')
    .addCommand(listCommand(io))
    .addCommand(exportCommand(io))
    .addCommand(verifyCommand(io))
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

type ExportOptions = OrganizationOptions & {
  readonly format: 'jsonl' | 'csv'
  readonly after?: number
  readonly since?: string
  readonly until?: string
  readonly out?: string
}

function exportCommand(io: Io): Command {
  return withOrganization(
    new Command('export').description(
      'All of the log as a file, oldest first; JSONL can be verified offline',
    ),
  )
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--after <sequence>', 'go on after this event', parseCount)
    .option('--since <instant>', 'ISO 8601')
    .option('--until <instant>', 'ISO 8601')
    .option('--out <file>', 'write into this file instead of standard output')
    .addHelpText(
      'after',
      examples(
        'wharden audit export --org myregistry --out audit.jsonl',
        'wharden audit export --org myregistry --format csv --since 2026-11-01T00:00:00Z > november.csv',
      ),
    )
    .action(
      action<ExportOptions>(io, async (session, options) => {
        const { org: _org, registry: _registry, out, ...query } = options
        const { download } = await session.connect()
        await writeBody(
          session,
          await download('audit_export', { ...optionalOrganization(options, io), ...query }),
          out,
        )
      }),
    )
}

type VerifyOptions = OrganizationOptions & { readonly file?: string; readonly keys?: string }

function verifyCommand(io: Io): Command {
  return withOrganization(
    new Command('verify').description('Recompute the chain of hashes; exit code 1 when it is broken'),
  )
    .option('--file <file>', 'verify this export instead, without asking the server')
    .option(
      '--keys <file>',
      'with --file: check the signature of its head with these keys, kept from /api/v1/keys',
    )
    .addHelpText(
      'after',
      examples(
        'wharden audit verify --org myregistry',
        ['wharden audit verify', "the installation's"],
        ['wharden audit verify --file audit.jsonl --keys keys.json', 'on any machine, without a login'],
      ),
    )
    .action(
      action<VerifyOptions>(io, async (session, options) => {
        await (options.file === undefined
          ? verifyOnServer(session, options)
          : verifyFile(session, options.file, options.keys))
      }),
    )
}

async function verifyOnServer(session: Session, options: VerifyOptions): Promise<void> {
  const { api } = await session.connect()
  const result = await api.audit.verify(optionalOrganization(options, session.io))
  await session.print(result, VERIFICATION)
  if (result.type === 'intact') return
  throw new CliError(
    'failed',
    `the audit log is broken at event ${result.sequence}: ${result.reason}`,
    'compare with a backup: from there on it was changed outside the server',
  )
}

async function verifyFile(session: Session, file: string, keys: string | undefined): Promise<void> {
  const { verifyExport } = await import('../audit/verify-export.ts')
  const { readDocument } = await import('../input/document.ts')
  const known = keys === undefined ? undefined : await readDocument(session.io, keys)
  const result = await verifyExport(linesOf(file), known)
  await session.print(result, FILE_VERIFICATION)
  if (result.type === 'intact') return
  throw new CliError(
    'failed',
    `\`${file}\` is broken at line ${result.line}: ${result.reason}`,
    'export it again, and compare',
  )
}
