import { Command } from 'commander'
import type { AuditVerification } from '@wharden/api'
import type { ExportVerdict } from '../audit/verify-export.ts'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import { linesOf } from '../input/lines-of.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import type { View } from '../output/view.ts'
import { action, optionalOrganization, type OrganizationOptions, type Session } from '../session.ts'

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

type VerifyOptions = OrganizationOptions & { readonly file?: string; readonly keys?: string }

export function auditVerifyCommand(io: Io): Command {
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
