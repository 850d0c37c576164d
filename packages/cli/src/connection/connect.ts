import type { ApiClient } from '@wharden/api'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { createClient } from './client.ts'
import { credentialsPath, readCredentials, type Login } from './credentials.ts'
import { localServer } from './local-server.ts'
import { DEFAULT_SERVER, parseServer } from './server-address.ts'
import { trustAuthority } from './trust-authority.ts'

export type Connection = {
  readonly server: string
  readonly api: ApiClient
  /** A client with another secret, or as nobody. */
  readonly clientWith: (secret: string | undefined) => ApiClient
  /** What is kept for this server; `WHARDEN_TOKEN` stands before it. */
  readonly login: Login | undefined
}

/**
 * Finds the server (`--server`, `WHARDEN_SERVER`, the last login, the one started here), whom to trust for it and what to sign
 * in with (`WHARDEN_TOKEN`, the last login), and makes a client. Nothing is sent yet.
 */
export async function connect(globals: GlobalOptions, io: Io): Promise<Connection> {
  const { environment } = io
  const credentials = await readCredentials(credentialsPath(environment))
  const local = await localServer(environment)
  const named = globals.server ?? nonEmpty(environment['WHARDEN_SERVER']) ?? credentials.current
  const server = parseServer(named ?? local.url ?? DEFAULT_SERVER)
  const login = credentials.servers[server]
  await trustAuthority(new URL(server), {
    file: globals.ca ?? nonEmpty(environment['WHARDEN_CA']) ?? login?.ca,
    local: local.authority,
  })
  const secret = nonEmpty(environment['WHARDEN_TOKEN']) ?? login?.secret
  const clientWith = (other: string | undefined) => createClient(server, other)
  return { server, login, clientWith, api: clientWith(secret) }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}
