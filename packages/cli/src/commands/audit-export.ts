import { Command, Option } from 'commander'
import { examples } from '../help.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import { withOrganization } from '../organization-option.ts'
import { writeBody } from '../output/write-body.ts'
import { action, optionalOrganization, type OrganizationOptions } from '../session.ts'

type ExportOptions = OrganizationOptions & {
  readonly format: 'jsonl' | 'csv'
  readonly after?: number
  readonly since?: string
  readonly until?: string
  readonly out?: string
}

export function auditExportCommand(io: Io): Command {
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
