import { Command, Option } from 'commander'
import type { ActivityEntry } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { writeBody } from '../output/write-body.ts'
import { withOrganization } from '../organization-option.ts'
import { action, optionalOrganization, type OrganizationOptions, type Session } from '../session.ts'

type Filter = {
  readonly type?: ActivityEntry['type']
  readonly outcome?: ActivityEntry['outcome']
  readonly principal?: string
  readonly since?: string
  readonly until?: string
}
type Options = OrganizationOptions & Filter & { readonly limit: number }
type ExportOptions = OrganizationOptions &
  Filter & { readonly format: 'jsonl' | 'csv'; readonly out?: string }

const TYPES: readonly ActivityEntry['type'][] = ['token-issued', 'pull', 'push', 'delete', 'refusal']
const OUTCOMES: readonly ActivityEntry['outcome'][] = ['allow', 'deny', 'report']

const VIEW: View<ActivityEntry> = [
  ['AT', ({ at }) => at],
  ['WHO', ({ principal }) => principal],
  ['WHAT', ({ type }) => type],
  ['RESOURCE', ({ resource, reference }) => (reference === null ? resource : `${resource} ${reference}`)],
  ['OUTCOME', ({ outcome }) => outcome],
  ['DECISION', ({ decision }) => decision],
  ['COUNT', ({ count }) => count],
]

export function activityCommand(io: Io): Command {
  return new Command('activity')
    .description('The log of pulls, pushes and refusals: list, export')
    .addCommand(listCommand(io))
    .addCommand(exportCommand(io))
}

function filtered(command: Command): Command {
  return withOrganization(command)
    .addOption(new Option('--type <type>', 'only these').choices(TYPES))
    .addOption(new Option('--outcome <outcome>', 'only these').choices(OUTCOMES))
    .option('--principal <name>', 'only by this user or token')
    .option('--since <instant>', 'ISO 8601')
    .option('--until <instant>', 'ISO 8601')
}

function listCommand(io: Io): Command {
  return filtered(new Command('list').description('Pulls, pushes and refusals, newest first'))
    .option('--limit <count>', 'how many', parseCount, 50)
    .addHelpText(
      'after',
      examples(
        'wharden activity list --org myregistry',
        'wharden activity list --org myregistry --outcome deny -o json',
      ),
    )
    .action(action<Options>(io, listActivity))
}

function exportCommand(io: Io): Command {
  return filtered(new Command('export').description('All of the log as a file, newest first'))
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--out <file>', 'write into this file instead of standard output')
    .addHelpText(
      'after',
      examples('wharden activity export --org myregistry --outcome deny --format csv --out refusals.csv'),
    )
    .action(
      action<ExportOptions>(io, async (session, options) => {
        const { org: _org, registry: _registry, out, ...query } = options
        const { download } = await session.connect()
        await writeBody(
          session,
          await download('activity_export', { ...optionalOrganization(options, io), ...query }),
          out,
        )
      }),
    )
}

async function listActivity(session: Session, options: Options): Promise<void> {
  const { limit, org: _org, registry: _registry, ...filter } = options
  const place = optionalOrganization(options, session.io)
  const { api } = await session.connect()
  await session.print(
    await allPages((query) => api.activity.list({ ...place, ...filter, ...query }), limit),
    VIEW,
  )
}
