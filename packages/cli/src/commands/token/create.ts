import { Command, Option } from 'commander'
import type { IssuedToken } from '@wharden/api'
import type { ApiClient } from '@wharden/api'
import { examples } from '../../help.ts'
import { newToken, type NewTokenOptions } from '../../input/new-token.ts'
import { parsePullLimit } from '../../input/pull-limit.ts'
import { groupedOption } from '../../input/repository-rule.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, type Session } from '../../session.ts'

const ABOUT = `
Kinds, and what may be said of repositories:
  registry-token  an organization's, with a name and two passwords, as in Azure Container Registry
                  --repository REPOSITORY content/read|content/write|content/delete|metadata/read|metadata/write…
  oat             an organization's access token, as on Docker Hub
                  --repository REPOSITORY pull|push|delete|repository-read|repository-edit|…
  pat             your own; reaches what you reach
                  --repository ORGANIZATION/REPOSITORY read|write|admin|public-read
Without --kind: --name makes a registry-token, else an organization makes an oat, else it is a pat.
REPOSITORY is a name, a name followed by /*, or * for all.`

export function tokenCreateCommand(io: Io): Command {
  const command = withOrganization(
    new Command('create').description('Create a token; its secrets are shown this once'),
  )
    .addOption(new Option('--kind <kind>', 'the kind of token').choices(['registry-token', 'oat', 'pat']))
    .option('--name <name>', 'name of a registry token')
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
    .addOption(
      new Option('--status <status>', 'registry token').choices(['enabled', 'disabled']).default('enabled'),
    )
    .option('--no-passwords', 'registry token: make no passwords yet')
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
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        'wharden token create --name MyToken --registry myregistry --repository samples/hello-world content/write content/read --repository samples/nginx content/read',
        'wharden token create --label ci --org myregistry --repository "samples/*" push --expires 90d',
        'wharden token create --label edge --org myregistry --repository "samples/*" pull --pull-limit 500 --expires 90d',
        'wharden token create --label laptop --repository "*" write --expires 30d',
        [
          'TOKEN_PWD=$(wharden token create --name device-01 --org myregistry --scope-map devices --query "secrets[0].value" -o tsv)',
          'in a script',
        ],
      ),
    )
    .action(action<NewTokenOptions>(io, create))
}

async function create(session: Session, options: NewTokenOptions): Promise<void> {
  const { api } = await session.connect()
  const input: Parameters<ApiClient['token']['create']>[0] = newToken(options, session.io)
  const issued = await api.token.create(input)
  const rows = issued.secrets.map((secret) => ({ issued, secret }))
  if (session.globals.output === 'table' && session.globals.query === undefined)
    await session.print(rows, SECRETS)
  else await session.print(issued, [])
  explainOnce(session, issued)
}

const SECRETS: View<{ readonly issued: IssuedToken; readonly secret: IssuedToken['secrets'][number] }> = [
  ['USERNAME', ({ issued }) => issued.login.username],
  ['SECRET', ({ secret }) => secret.value],
  ['NAME', ({ secret }) => secret.name],
  ['EXPIRES', ({ secret }) => secret.expiresAt ?? 'never'],
]

function explainOnce(session: Session, { login, secrets }: IssuedToken): void {
  if (secrets.length === 0) return session.say('no password was made')
  session.say('this is shown once; keep it now')
  session.say(`next: docker login ${login.server} --username ${login.username} --password-stdin`)
}
