import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Io } from '../io.ts'
import { isLoopback } from './server-address.ts'

/** What a server that was started here leaves in its data directory for the command line. */
export type LocalServer = {
  /** Its first address on this machine. */
  readonly url: string | undefined
  /** The file with the certificate of its own authority, whole: it may be kept. */
  readonly authority: string | undefined
}

/**
 * Looks into `WHARDEN_DATA`, or `./data` as the server does. Somebody else's directory is not believed, as it would
 * choose whom passwords are sent to; nor is an address that isn't on this machine.
 */
export async function localServer(environment: Io['environment']): Promise<LocalServer> {
  const directory = environment['WHARDEN_DATA'] || 'data'
  const ca = resolve(directory, 'ca.crt')
  const [state, authority] = await Promise.all([
    readOwn(join(directory, 'server.json'), environment),
    readOwn(ca, environment),
  ])
  return {
    url: state === undefined ? undefined : firstLoopback(state),
    authority: authority === undefined ? undefined : ca,
  }
}

async function readOwn(path: string, environment: Io['environment']): Promise<string | undefined> {
  try {
    const { uid } = await stat(path)
    const isTrusted = isTrustedOwner(uid, process.getuid?.(), environment['SUDO_UID'])
    return isTrusted ? await readFile(path, 'utf8') : undefined
  } catch {
    return undefined // no server was started here, or its files are closed to us: the same to a client
  }
}

/**
 * Oneself, the superuser, or who called `sudo`: as git has it.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
export function isTrustedOwner(
  owner: number,
  self: number | undefined,
  sudoUser: string | undefined,
): boolean {
  return self === undefined || owner === self || owner === 0 || (self === 0 && String(owner) === sudoUser)
}

function firstLoopback(text: string): string | undefined {
  try {
    const state: unknown = JSON.parse(text)
    const urls: unknown = typeof state === 'object' && state !== null && 'urls' in state ? state.urls : []
    return Array.isArray(urls) ? urls.find((url) => typeof url === 'string' && isLocal(url)) : undefined
  } catch {
    return undefined
  }
}

function isLocal(url: string): boolean {
  const hostname = URL.parse(url)?.hostname
  return hostname !== undefined && isLoopback(hostname)
}
