import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { parseCsv } from './csv.ts'
import { readText } from './read-text.ts'

/** The columns that say who, the likeliest first: lists of members of ours and of Docker Hub's have two of them. */
const HEADERS = ['invitee', 'email', 'e-mail', 'username', 'user name', 'user', 'docker id']

/** Those named one by one, then those of a file. @throws CliError if there is nobody */
export async function readInvitees(
  io: Io,
  named: readonly string[],
  csv: string | undefined,
): Promise<readonly string[]> {
  const invitees = [...named, ...(csv === undefined ? [] : inviteesIn(await readText(io, csv)))]
  if (invitees.length > 0) return invitees
  throw new CliError(
    'usage',
    'nobody to invite',
    'name e-mail addresses or users, or a file with `--from-csv FILE`',
  )
}

/** By the columns of its header, or else each line's first cell. */
export function inviteesIn(text: string): readonly string[] {
  const [first = [], ...rest] = parseCsv(text)
  const header = first.map((cell) => cell.toLowerCase())
  const columns = HEADERS.map((name) => header.indexOf(name)).filter((index) => index >= 0)
  const records = columns.length === 0 ? [first, ...rest] : rest
  return records.flatMap((record) => {
    const cells = (columns.length === 0 ? [0] : columns).map((index) => record[index] ?? '')
    return cells.filter((cell) => cell !== '').slice(0, 1)
  })
}
