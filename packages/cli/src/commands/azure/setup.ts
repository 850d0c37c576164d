import { Command } from 'commander'
import type { ApiClient } from '@wharden/api'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import { parseExpiry } from '../../input/duration.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions, type Session } from '../../session.ts'
import { registryHosts } from './registry-hosts.ts'
import { setupLines, type AzureSetup } from './setup-lines.ts'

type Options = OrganizationOptions & {
  readonly cloud: string
  readonly createPrincipal?: string
  readonly expires?: string
  readonly caFile?: string
  readonly cloudsJson?: string
}

const ABOUT = `
az keeps clouds by name, and an installation of Wharden is one: its authority, its Resource Manager, and the hosts of its
registries. What is printed are the lines for a shell. \`az cloud set --name AzureCloud\` is the way back to Azure's own.`

export function azureSetupCommand(io: Io): Command {
  return withOrganization(
    new Command('setup').description('Print what makes az and Azure’s SDKs work on an organization'),
  )
    .option('--create-principal <name>', 'make a service principal, and sign in as it')
    .option('--expires <when>', 'when that service principal ends: 30d, 2027-01-31, …')
    .option('--cloud <name>', 'the name that az is to know the server by', 'wharden')
    .option('--ca-file <file>', 'write the server’s authority there, for az to trust')
    .option(
      '--clouds-json <file>',
      'write a file for ARM_CLOUD_METADATA_URL, instead of registering the cloud with az',
    )
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        ['wharden azure setup --org myregistry', 'shows the lines'],
        [
          'eval "$(wharden azure setup --org myregistry --create-principal pipeline)"',
          'runs them, and signs in; the secret is kept by az alone',
        ],
        'wharden azure setup --org myregistry --ca-file ca.crt --clouds-json clouds.json',
        'wharden azure setup --org myregistry --create-principal ci -o json > azure.json',
      ),
    )
    .action(action<Options>(io, setup))
}

async function setup(session: Session, options: Options): Promise<void> {
  const name = organizationOf(options, session.io)
  const connection = await session.connect()
  const { api } = connection
  const [organization, trust] = await Promise.all([
    api.organization.show({ organization: name }),
    api.system.trust(),
  ])
  const { loginServer, registries } = registryHosts(organization, trust)
  const { authorityFile, written } = await import('./authority-file.ts')
  const endpoint = `https://${registries}`
  const parts: Omit<AzureSetup, 'servicePrincipal'> = {
    cloud: options.cloud,
    endpoint,
    tenantId: organization.registry.tenantId,
    resourceId: organization.registry.resourceId,
    registry: name,
    loginServer,
    suffix: `.${registries}`,
    authorityFile: await authorityFile(session.io, connection, trust, options.caFile),
    cloudsFile:
      options.cloudsJson === undefined
        ? null
        : await written(options.cloudsJson, await cloudsJson(options.cloud, endpoint, registries)),
  }
  const servicePrincipal = await madePrincipal(api, name, options, session.io.now())
  await show(session, { ...parts, servicePrincipal })
}

async function cloudsJson(cloud: string, origin: string, registries: string): Promise<string> {
  const { azureCloud } = await import('@wharden/api')
  return `${JSON.stringify([azureCloud(cloud, { origin, registries })], null, 2)}\n`
}

async function madePrincipal(
  api: ApiClient,
  organization: string,
  { createPrincipal: name, expires }: Options,
  now: Date,
): Promise<AzureSetup['servicePrincipal']> {
  if (name === undefined && expires !== undefined)
    throw new CliError(
      'usage',
      '`--expires` is said of a service principal, and none is made',
      'say `--create-principal NAME`, too',
    )
  if (name === undefined) return null
  const ending = expires === undefined ? {} : { expiresAt: parseExpiry(expires, now) }
  const { servicePrincipal, secret } = await api.servicePrincipal.create({ organization, name, ...ending })
  return { clientId: servicePrincipal.id, secret }
}

async function show(session: Session, parts: AzureSetup): Promise<void> {
  const { globals, io } = session
  const lines = setupLines(parts)
  if (globals.output === 'table' && globals.query === undefined) io.stdout.write(`${lines.join('\n')}\n`)
  else await session.print({ ...parts, commands: lines }, [])
  remarks(session, parts)
}

function remarks(session: Session, { registry, loginServer, servicePrincipal }: AzureSetup): void {
  const { hostname } = new URL(`https://${loginServer}`)
  if (servicePrincipal === null)
    session.say(
      `no service principal was made, and the last line is for you to fill in: \`--create-principal NAME\` makes one, \`wharden service-principal list --org ${registry}\` shows the client ids of those there are`,
    )
  else session.say('the secret is shown once; az keeps it with its login')
  session.say(`\`${hostname}\` must resolve to the server; a line in /etc/hosts does`)
  if (servicePrincipal !== null) session.say(`next: az acr token list --registry ${registry}`)
}
