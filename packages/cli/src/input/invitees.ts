import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { columnOf } from './column-of.ts'
import { readText } from './read-text.ts'

/** The columns that say who, the likeliest first: lists of members of ours and of Docker Hub's have two of them. */
const HEADERS = ['invitee', 'email', 'e-mail', 'username', 'user name', 'user', 'docker id']

/** Those named one by one, then those of a file. @throws CliError if there is nobody */
export async function readInvitees(
  io: Io,
  named: readonly string[],
  csv: string | undefined,
): Promise<readonly string[]> {
  const invitees = [...named, ...(csv === undefined ? [] : columnOf(await readText(io, csv), HEADERS))]
  if (invitees.length > 0) return invitees
  throw new CliError(
    'usage',
    'nobody to invite',
    'name e-mail addresses or users, or a file with `--from-csv FILE`',
  )
}
