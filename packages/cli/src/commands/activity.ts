import { Command, Option } from 'commander'
import type { ActivityEntry } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { parseCount } from '../input/whole-number.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
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
  const list = withOrganization(new Command('list').description('Pulls, pushes and refusals, newest first'))
    .option('--limit <count>', 'how many', parseCount, 50)
    .addOption(new Option('--type <type>', 'only these').choices(TYPES))
    .addOption(new Option('--outcome <outcome>', 'only these').choices(OUTCOMES))
    .option('--principal <name>', 'only by this user or token')
    .option('--since <instant>', 'ISO 8601')
    .option('--until <instant>', 'ISO 8601')
    .addHelpText(
      'after',
      examples(
        'wharden activity list --org myregistry',
        'wharden activity list --org myregistry --outcome deny -o json',
      ),
    )
    .action(action<Options>(io, listActivity))
  return new Command('activity').description('The log of pulls, pushes and refusals: list').addCommand(list)
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
