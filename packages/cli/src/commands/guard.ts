import { Command, Option } from 'commander'
import type { Guard } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions, type Session } from '../session.ts'

type DistributionOptions = OrganizationOptions & {
  readonly service: string
  readonly for: '2' | '3'
  readonly directory: string
  readonly write?: boolean
}

const VIEW: View<Guard> = [
  ['SERVICE', ({ service }) => service],
  ['DESCRIPTION', ({ description }) => description],
  ['CREATED', ({ createdAt }) => createdAt],
]

export function guardCommand(io: Io): Command {
  return new Command('guard')
    .description('Registries of yours that trust our token service: distribution, list, remove')
    .addCommand(distributionCommand(io))
    .addCommand(listCommand(io))
    .addCommand(removeCommand(io))
}

function distributionCommand(io: Io): Command {
  return withOrganization(
    new Command('distribution').description(
      'Register a CNCF Distribution registry and print its configuration',
    ),
  )
    .requiredOption('--service <host>', 'what the registry calls itself, as its clients know it')
    .addOption(new Option('--for <version>', 'the registry’s major version').choices(['2', '3']).default('3'))
    .option('--directory <path>', 'where the registry finds its key file', '/etc/docker/registry')
    .option('--write', 'write the key file there too')
    .addHelpText(
      'after',
      examples(
        [
          'wharden guard distribution --service registry.example.com:5000 --org myregistry >> config.yml',
          'prints the `auth` part of its configuration',
        ],
        'wharden guard distribution --service registry.example.com:5000 --org myregistry --for 2 --write',
      ),
    )
    .action(action<DistributionOptions>(io, distribution))
}

async function distribution(session: Session, options: DistributionOptions): Promise<void> {
  const organization = organizationOf(options, session.io)
  const { api } = await session.connect()
  const { registerGuard, distributionFiles, writeKeyFile } = await import('../guard-distribution.ts')
  const material = await registerGuard(api, organization, options.service)
  const files = distributionFiles(material, options.for, options.directory)
  if (options.write === true) await writeKeyFile(files)
  const { output, query } = session.globals
  if (output === 'table' && query === undefined) session.io.stdout.write(files.configuration)
  else await session.print<unknown>({ ...material, files }, [])
  session.say(
    options.write === true
      ? `wrote ${files.key.path}; restart the registry with the configuration above`
      : `put the keys into ${files.key.path} (\`--write\` does it; \`-o json --query files.key.text\` shows them), then restart the registry`,
  )
  session.say('it reads its keys at start only: repeat this when signing keys are rotated')
}

function listCommand(io: Io): Command {
  return withOrganization(new Command('list').description('List guarded registries'))
    .addHelpText('after', examples('wharden guard list --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options) => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.guard.list({ organization, ...query })), VIEW)
      }),
    )
}

function removeCommand(io: Io): Command {
  return withOrganization(new Command('remove').description('Stop issuing tokens for a registry'))
    .argument('<service>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden guard remove registry.example.com:5000 --org myregistry --yes'))
    .action(
      action<OrganizationOptions & { readonly yes?: boolean }>(io, async (session, options, service = '') => {
        const organization = organizationOf(options, io)
        await confirm(io, options.yes, `stop guarding \`${service}\`? its clients can no longer sign in`)
        const { api } = await session.connect()
        await api.guard.delete({ organization, service })
        session.say(`\`${service}\` is no longer guarded`)
      }),
    )
}
