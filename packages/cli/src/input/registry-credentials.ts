import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import { readSecret } from './secret.ts'

/** A token's name, or whatever else `docker login` takes, and its secret. */
export type RegistryCredentials = { readonly username: string; readonly secret: string }

export type RegistryCredentialOptions = {
  readonly username?: string
  readonly password?: string
  readonly passwordStdin?: boolean
}

/** As az takes them; `--password-stdin` is ours, as docker has it. */
export function withRegistryCredentials(command: Command): Command {
  return command
    .option('-u, --username <name>', 'a token’s name, to ask with the token instead of your login')
    .option('-p, --password <secret>', 'its password, which other users of this machine can then see')
    .option('--password-stdin', 'read its password from standard input')
}

/**
 * @returns undefined where nothing was said: whoever is signed in asks
 * @throws CliError for half of what is needed
 */
export async function registryCredentialsOf(
  session: Session,
  options: RegistryCredentialOptions,
): Promise<RegistryCredentials | undefined> {
  const { username } = options
  const secret = await givenSecret(session, options)
  if (username !== undefined)
    return { username, secret: secret ?? (await readSecret(session.io, false, QUESTION)) }
  if (secret === undefined) return undefined
  throw new CliError('usage', 'whose password is it?', 'say the token’s name: `--username NAME`')
}

const QUESTION = { message: 'password', flag: '--password-stdin' } as const

/** @throws CliError when it is said twice */
export async function givenSecret(
  { io, say }: Session,
  { password, passwordStdin }: RegistryCredentialOptions,
): Promise<string | undefined> {
  if (password === undefined) return passwordStdin === true ? readSecret(io, true, QUESTION) : undefined
  if (passwordStdin === true)
    throw new CliError('usage', '`--password` and `--password-stdin` exclude each other', 'say one of them')
  say('note: other users of this machine can see a password that is an argument; use `--password-stdin`')
  return password
}
