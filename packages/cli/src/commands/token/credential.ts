import { Command } from 'commander'
import type { IssuedToken, Token } from '@wharden/api'
import { generatedJson, type RegistryToken } from '../../azure/registry-token.ts'
import { azureTime } from '../../azure/resource.ts'
import { tokenJson } from '../../azure/token-json.ts'
import { CliError } from '../../cli-error.ts'
import { findToken } from '../../find-token.ts'
import { examples } from '../../help.ts'
import { confirmOnTerminal } from '../../input/confirm-on-terminal.ts'
import {
  daysOption,
  passwordExpiryOf,
  withPasswordExpiry,
  type PasswordExpiryOptions,
} from '../../input/password-expiry.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { action, type Session } from '../../session.ts'
import { wantedToken, withToken, type Named } from './operand.ts'
import { tokenView } from './view.ts'

type PasswordName = RegistryToken['passwords'][number]['name']
type Which = Named & {
  readonly password1?: boolean
  readonly password2?: boolean
  readonly yes?: boolean
}

const NAMES = ['password1', 'password2'] as const

export function tokenCredentialCommand(io: Io): Command {
  return new Command('credential')
    .description('The two passwords of a registry token: generate, delete')
    .addCommand(generateCommand(io))
    .addCommand(deleteCommand(io))
}

const GENERATE = `
Each password that is generated replaces the one of its name: whoever uses that, and whatever was logged in with it, is
refused from then on. The other password goes on. Without --password1 and --password2 both are replaced; you are asked
first if you sit at a terminal, and a script is not.`

function generateCommand(io: Io): Command {
  const command = withToken(
    new Command('generate').description('Generate one or both passwords; they are shown this once'),
  )
    .option('--password1', 'this one alone')
    .option('--password2', 'this one alone')
  return withPasswordExpiry(command)
    .addOption(daysOption())
    .option('-y, --yes', 'replace both without being asked')
    .addHelpText('after', GENERATE)
    .addHelpText(
      'after',
      examples(
        [
          "TOKEN_PWD=$(wharden token credential generate --name MyToken --registry myregistry --days 30 --password1 --query 'passwords[0].value' --output tsv)",
          'the other password goes on meanwhile',
        ],
        'wharden token credential generate MyToken --org myregistry --password2 --expiration 2027-12-31T12:59:59Z',
        ['wharden token credential generate -n MyToken -r myregistry --expiration-in-days 30', 'both'],
      ),
    )
    .action(action<Which & PasswordExpiryOptions>(io, generate))
}

async function generate(
  session: Session,
  options: Which & PasswordExpiryOptions,
  operand?: string,
): Promise<void> {
  const { io } = session
  const expiresAt = passwordExpiryOf(options, io.now())
  const { api, token } = await find(session, options, operand)
  const said = NAMES.filter((name) => options[name] === true)
  const names = said.length === 0 ? [...NAMES] : said
  const replaced = token.passwords.map(({ name }) => name).filter((name) => names.includes(name))
  if (said.length === 0 && replaced.length > 0) {
    const question = `replace ${both(replaced)} of \`${token.name}\`? whoever uses it is refused from then on`
    await confirmOnTerminal(io, options.yes, question)
  }
  const issued = await api.tokenPassword.generate({
    token: token.id,
    names,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  })
  await session.print(issued, generatedView(issued), async () => generatedJson(issued))
  session.say('this is shown once; keep it now')
  if (replaced.length > 0)
    session.say(`${both(replaced)} of \`${token.name}\` ${replaced.length > 1 ? 'were' : 'was'} replaced`)
}

function both(names: readonly PasswordName[]): string {
  return names.map((name) => `\`${name}\``).join(' and ')
}

/** The columns of `az acr token credential generate`: those of the passwords that were made. */
function generatedView({ secrets }: IssuedToken): View<IssuedToken> {
  const columns = secrets.flatMap((secret): View<IssuedToken> => [
    [secret.name.toUpperCase(), () => secret.value],
    [
      `${secret.name.toUpperCase()} EXPIRY`,
      () => (secret.expiresAt === null ? 'Never' : azureTime(secret.expiresAt)),
    ],
  ])
  return [['USERNAME', ({ login }) => login.username], ...columns]
}

function deleteCommand(io: Io): Command {
  return withToken(
    new Command('delete').description('Delete one or both passwords; whoever uses them is refused'),
  )
    .option('--password1', 'the first')
    .option('--password2', 'the second')
    .option('-y, --yes', 'do not ask, at a terminal either')
    .addHelpText(
      'after',
      examples(
        'wharden token credential delete MyToken --org myregistry --password1 --yes',
        'wharden token credential delete --name MyToken --registry myregistry --password1 --password2',
      ),
    )
    .action(action<Which>(io, deletePasswords))
}

async function deletePasswords(session: Session, options: Which, operand?: string): Promise<void> {
  const names = NAMES.filter((name) => options[name] === true)
  if (names.length === 0)
    throw new CliError('usage', 'which password?', 'say `--password1`, `--password2` or both')
  const { api, token } = await find(session, options, operand)
  const missing = names.find((name) => !token.passwords.some((password) => password.name === name))
  if (missing !== undefined)
    throw new CliError('notFound', `\`${token.name}\` has no \`${missing}\`; nothing was changed`)
  const question = `delete ${both(names)} of \`${token.name}\`? whoever uses it is refused from then on`
  await confirmOnTerminal(session.io, options.yes, question)
  let left: Token = token
  for (const name of names) left = await api.tokenPassword.delete({ token: token.id, name })
  await session.print(left, tokenView(options, left.kind), () => tokenJson(api, left))
}

/** @throws CliError for a token of another kind, which has one secret and no passwords */
async function find(session: Session, options: Which, operand: string | undefined) {
  const wanted = wantedToken(options, operand)
  const { api } = await session.connect()
  const token = await findToken(api, wanted, options, session.io)
  if (token.kind === 'registry-token') return { api, token }
  throw new CliError(
    'usage',
    `\`${wanted}\` is of kind \`${token.kind}\`, and has no passwords`,
    'its one secret is replaced by `wharden token rotate`',
  )
}
