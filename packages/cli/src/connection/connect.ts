import { existsSync } from 'node:fs'
import type { ApiClient } from '@wharden/api'
import type { GlobalOptions } from '../global-options.ts'
import type { Io } from '../io.ts'
import { createClient } from './client.ts'
import { createDownload, type Download } from './download.ts'
import { credentialsPath, readCredentials, type Login } from './credentials.ts'
import { localServer, type LocalServer } from './local-server.ts'
import { DEFAULT_SERVER, isLoopback, parseServer } from './server-address.ts'
import { trustAuthority } from './trust-authority.ts'

export type Connection = {
  readonly server: string
  readonly api: ApiClient
  readonly download: Download
  /** The file with the authority that is trusted for it, besides those of the machine. */
  readonly ca: string | undefined
  /** A client with another secret, or as nobody. */
  readonly clientWith: (secret: string | undefined) => ApiClient
  /** What `api` asks with; undefined: as nobody. */
  readonly secret: string | undefined
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
  const ca = globals.ca ?? nonEmpty(environment['WHARDEN_CA']) ?? kept(login) ?? localTo(server, local)
  await trustAuthority(new URL(server), ca)
  const secret = nonEmpty(environment['WHARDEN_TOKEN']) ?? login?.secret
  const clientWith = (other: string | undefined) => createClient(server, other)
  const [api, download] = [clientWith(secret), createDownload(server, secret)]
  return { server, login, secret, ca, clientWith, api, download }
}

/** What was trusted at login; forgotten with its file, as a server of this machine may have been made anew elsewhere. */
function kept(login: Login | undefined): string | undefined {
  return login?.ca !== undefined && existsSync(login.ca) ? login.ca : undefined
}

/** What a server that was started here left behind; believed for this machine's names only. */
function localTo(server: string, { authority }: LocalServer): string | undefined {
  const { protocol, hostname } = new URL(server)
  return protocol === 'https:' && isLoopback(hostname) ? authority : undefined
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}
