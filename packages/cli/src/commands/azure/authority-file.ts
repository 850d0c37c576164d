import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SystemTrust } from '@wharden/api'
import { CliError } from '../../cli-error.ts'
import type { Connection } from '../../connection/connect.ts'
import { localServer } from '../../connection/local-server.ts'
import type { Io } from '../../io.ts'

/**
 * The file with the authority that shows the server to be itself: az takes it as a file. The one that is trusted here, or that
 * a server of this machine left; else it is written to where it was asked for.
 * @returns null where machines trust the server already
 * @throws {CliError}
 */
export async function authorityFile(
  io: Io,
  { ca }: Pick<Connection, 'ca'>,
  { certificateAuthority }: SystemTrust,
  wanted: string | undefined,
): Promise<string | null> {
  if (certificateAuthority === null) return ca === undefined ? null : resolve(ca)
  const { pem } = certificateAuthority
  if (wanted !== undefined) return written(wanted, pem)
  const { authority } = await localServer(io.environment)
  for (const file of [ca, authority]) if (file !== undefined && (await holds(file, pem))) return resolve(file)
  throw new CliError(
    'usage',
    'az trusts the server’s own authority only if it is given it as a file, and there is none here',
    'say `--ca-file ca.crt`, and it is written there',
  )
}

async function holds(file: string, pem: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')).includes(pem.trim())
}

/** @throws {CliError} */
export async function written(file: string, text: string): Promise<string> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new CliError('failed', `cannot write \`${file}\``, 'say another place', { cause })
  })
  return resolve(file)
}
