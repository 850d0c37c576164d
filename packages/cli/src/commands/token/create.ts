import { Command, Option } from 'commander'
import type { ApiClient, IssuedToken } from '@wharden/api'
import { registryOf } from '../../azure/resource.ts'
import { issuedJson } from '../../azure/token-json.ts'
import { examples } from '../../help.ts'
import { newToken, type NewTokenOptions } from '../../input/new-token.ts'
import { refuseOwnName } from '../../input/own-name.ts'
import { withPasswordExpiry } from '../../input/password-expiry.ts'
import { parsePullLimit } from '../../input/pull-limit.ts'
import { groupedOption } from '../../input/repository-rule.ts'
import { statusOption } from '../../input/status-option.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, type Session } from '../../session.ts'
import { ABOUT_MANY, createMany, namesFromOption, type ManyOptions } from './create-many.ts'

const ABOUT = `
Kinds, and what may be said of repositories:
  registry-token  an organization's, with a name and two passwords, as in Azure Container Registry
                  --repository REPOSITORY content/read|content/write|content/delete|metadata/read|metadata/write…
  oat             an organization's access token, as on Docker Hub
                  --repository REPOSITORY pull|push|delete|repository-read|repository-edit|…
  pat             your own; reaches what you reach
                  --repository ORGANIZATION/REPOSITORY read|write|admin|public-read
Without --kind: --name makes a registry-token, else an organization makes an oat, else it is a pat.
REPOSITORY is a name in the organization, a name followed by /*, or * for all.

A registry token gets two passwords, and with --repository the scope map NAME-scope-map. --expires ends the token for good;
--expiration-in-days and --expiration end its passwords, and it can be given others: \`wharden token credential generate\`.`

export function tokenCreateCommand(io: Io): Command {
  const command = withOrganization(
    new Command('create').description('Create a token; its secrets are shown this once'),
  )
    .addOption(new Option('--kind <kind>', 'the kind of token').choices(['registry-token', 'oat', 'pat']))
    .option('-n, --name <name>', 'name of a registry token')
    .addOption(namesFromOption())
    .option('--label <text>', 'label of an oat or pat')
    .option('--description <text>', 'what it is for')
    .option('--scope-map <name>', 'registry token: its permissions, instead of --repository')
    .option('--public-repositories', 'oat: may read every public repository')
    .option('--organization-scope <scope...>', 'oat: member-read, member-edit, invite-read, …')
    .option(
      '--pull-limit <number>',
      'oat: pulls in six hours, from the first one on; or `none`',
      parsePullLimit,
    )
    .option('--expires <when>', '30d, 12h, 4w, 2027-01-31 or never; a pat or oat must be told')
    .option('--address <network...>', 'only from these addresses or networks')
    .option('--renewable', 'it may get itself a new secret: `wharden token renew`')
    .addOption(statusOption('registry token').default('enabled'))
    .addOption(
      new Option('--no-passwords [bool]', 'registry token: make no passwords yet').argParser(
        (text) => text === 'false', // as az takes it: `--no-passwords true` makes none
      ),
    )
  withPasswordExpiry(command)
  groupedOption(
    command,
    '--repository',
    'REPOSITORY PERMISSION…',
    'a repository and what may be done there; several times',
  )
  groupedOption(
    command,
    '--upstream',
    'HOST/REPOSITORY PERMISSION…',
    'the same of another registry, through the gateway',
  )
  return command
    .addHelpText('after', ABOUT + ABOUT_MANY)
    .addHelpText(
      'after',
      examples(
        'wharden token create --name MyToken --registry myregistry --repository samples/hello-world content/write content/read --repository samples/nginx content/read',
        'wharden token create --label ci --org myregistry --repository "samples/*" push --expires 90d',
        'wharden token create --label edge --org myregistry --repository "samples/*" pull --pull-limit 500 --expires 90d',
        'wharden token create --label laptop --repository "*" write --expires 30d',
        'wharden token create -n MyToken -r myregistry --scope-map MyScopeMap --expiration-in-days 30',
        'wharden token create --scope-map devices --names-from devices.txt --org myregistry',
        [
          'wharden token create --scope-map devices --names-from - --org myregistry --query "[].[name, secrets[0].value]" -o tsv < devices.txt',
          'a line for each: name, tab, password',
        ],
        [
          'TOKEN_PWD=$(wharden token create --name device-01 --org myregistry --scope-map devices --query "secrets[0].value" -o tsv)',
          'in a script; az’s `credentials.passwords[0].value` is the same',
        ],
      ),
    )
    .action(action<NewTokenOptions & ManyOptions>(io, create))
}

async function create(session: Session, options: NewTokenOptions & ManyOptions): Promise<void> {
  if (options.namesFrom !== undefined) return createMany(session, options, options.namesFrom)
  const { api } = await session.connect()
  const input: Parameters<ApiClient['token']['create']>[0] = newToken(options, session.io)
  if (input.kind !== 'pat') await refuseOwnName(api, input.organization, namedIn(input))
  // Asked before, as nothing may come between a secret and its being shown.
  const registry = input.kind === 'registry-token' ? await registryOf(api, input.organization) : undefined
  const issued = await api.token.create(input)
  const rows = issued.secrets.map((secret) => ({ issued, secret }))
  await session.print(rows, SECRETS, async () => issuedJson(issued, registry?.resourceId ?? ''))
  // Who says it as az does names images by the registry's own host, as az does.
  explainOnce(session, issued, options.registry === undefined ? undefined : registry?.host)
}

type Organizations = Exclude<Parameters<ApiClient['token']['create']>[0], { readonly kind: 'pat' }>

function namedIn(input: Organizations): readonly { readonly repository: string }[] {
  if (input.kind === 'oat') return input.repositories ?? []
  return input.rights.type === 'repositories' ? input.rights.repositories : []
}

const SECRETS: View<{ readonly issued: IssuedToken; readonly secret: IssuedToken['secrets'][number] }> = [
  ['USERNAME', ({ issued }) => issued.login.username],
  ['SECRET', ({ secret }) => secret.value],
  ['NAME', ({ secret }) => secret.name],
  ['EXPIRES', ({ secret }) => secret.expiresAt ?? 'never'],
]

function explainOnce(
  session: Session,
  { token, login, secrets }: IssuedToken,
  host: string | null = null,
): void {
  if (secrets.length === 0 && token.kind === 'registry-token') {
    session.say('no password was made')
    const whose = `--name ${token.name} --registry ${token.organization}`
    return session.say(`next: wharden token credential generate ${whose}`)
  }
  session.say('this is shown once; keep it now')
  session.say(`next: docker login ${host ?? login.server} --username ${login.username} --password-stdin`)
}
